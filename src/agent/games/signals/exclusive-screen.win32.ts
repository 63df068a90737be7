import koffi, { type KoffiFunc } from 'koffi';

/** QUNS_RUNNING_D3D_FULL_SCREEN (shellapi.h). Presentation mode is the user's setting, and says nothing of a window. */
const RUNNING_D3D_FULL_SCREEN = 3;

/**
 * Makes a look that tells whether a Direct3D program owns a screen for itself alone. Some old games do so with
 * another window than the one that has the keyboard.
 */
export function exclusiveScreenReader(): () => boolean {
  const queryState: KoffiFunc<(state: Buffer) => number> = koffi
    .load('shell32.dll')
    .func('int32_t __stdcall SHQueryUserNotificationState(_Out_ uint8_t *state)');
  const state = Buffer.alloc(4);
  return () => queryState(state) === 0 && state.readInt32LE() === RUNNING_D3D_FULL_SCREEN;
}
