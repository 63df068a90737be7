import koffi, { type KoffiFunc } from 'koffi';

/** The functions of userenv.dll that keep AppContainer profiles; undefined where Windows has none, as under Wine. */
export function loadContainerCalls() {
  try {
    const userenv = koffi.load('userenv.dll');
    const create: KoffiFunc<
      (
        name: string,
        display: string,
        description: string,
        capabilities: null,
        count: number,
        sid: Buffer,
      ) => number
    > = userenv.func(
      'int32_t __stdcall CreateAppContainerProfile(str16 name, str16 display, str16 description, void *capabilities, uint32_t count, _Out_ uint8_t *sid)',
    );
    const remove: KoffiFunc<(name: string) => number> = userenv.func(
      'int32_t __stdcall DeleteAppContainerProfile(str16 name)',
    );
    const folder: KoffiFunc<(sid: string, path: Buffer) => number> = userenv.func(
      'int32_t __stdcall GetAppContainerFolderPath(str16 sid, _Out_ uint8_t *path)',
    );
    const freeSid: KoffiFunc<(sid: bigint) => bigint | number> = koffi
      .load('advapi32.dll')
      .func('uintptr_t __stdcall FreeSid(uintptr_t sid)');
    const freeText: KoffiFunc<(text: bigint) => void> = koffi
      .load('ole32.dll')
      .func('void __stdcall CoTaskMemFree(uintptr_t text)');
    return { create, remove, folder, freeSid, freeText };
  } catch {
    return undefined;
  }
}

export type ContainerCalls = NonNullable<ReturnType<typeof loadContainerCalls>>;
