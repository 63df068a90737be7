import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hotKeyCaps, parseHotKey } from '../../shared/hot-key.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { Button } from '../components/button.tsx';
import { type PressedHotKey, pressedHotKey } from './pressed-hot-key.ts';
import { SaveStateNote } from './save-state-note.tsx';
import { useShellHotKey } from './use-shell-hot-key.ts';

/** The keys that pause and resume from anywhere: chosen by pressing them. */
export function HotKeySetting({ hotKey, disabled }: { hotKey: string | null; disabled: boolean }) {
  const { t } = useTranslation();
  const id = useId();
  const { save, state } = useSaveSettings();
  const [press, setPress] = useState<PressedHotKey>();
  const shell = useShellHotKey();
  const capturing = press !== undefined;
  // While it listens, the keys that are set now must reach the page instead of pausing Gata.
  useEffect(() => {
    if (!capturing) return;
    shell.capture(true);
    return () => shell.capture(false);
  }, [capturing, shell.capture]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!capturing) return;
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
    // The way out by keyboard stays open.
    if (event.key === 'Tab' && isPlain) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape' && isPlain) {
      setPress(undefined);
      return;
    }
    const pressed = pressedHotKey(event.nativeEvent, isMac());
    setPress(pressed.kind === 'chosen' ? undefined : pressed);
    if (pressed.kind === 'chosen') save({ idle: { hotKey: pressed.hotKey } });
  };
  const problem = press?.kind === 'refused' ? t(`hotKey.problem.${press.problem}`) : undefined;
  const shellProblem =
    shell.state?.hotKey === hotKey && (shell.state.state === 'taken' || shell.state.state === 'invalid')
      ? t(`hotKey.${shell.state.state}`)
      : undefined;
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-2">
      <div className="max-w-prose min-w-0 flex-1 basis-60">
        <p id={`${id}-label`} className="font-semibold">
          {t('hotKey.label')}
        </p>
        <p id={`${id}-help`} className="text-sm text-muted">
          {t('hotKey.help')} {shell.isPresent ? isLinux() && t('hotKey.linux') : t('hotKey.browser')}
        </p>
      </div>
      <div className="flex flex-col items-end max-sm:items-start">
        <div className="flex flex-wrap items-center justify-end gap-2 max-sm:justify-start">
          <button
            type="button"
            disabled={disabled}
            aria-labelledby={`${id}-label ${id}-keys`}
            aria-describedby={`${id}-help ${id}-note`}
            aria-pressed={capturing}
            onClick={() => setPress(capturing ? undefined : { kind: 'waiting' })}
            onBlur={() => setPress(undefined)}
            onKeyDown={onKeyDown}
            className={`field inline-flex min-w-40 items-center justify-center gap-1 font-semibold ${capturing ? 'border-jade bg-jade-wash' : 'hover:bg-sunken'}`}
          >
            <span id={`${id}-keys`} className="inline-flex items-center gap-1">
              {capturing ? t('hotKey.press') : <Keys hotKey={hotKey} />}
            </span>
          </button>
          {hotKey !== null && (
            <Button
              disabled={disabled}
              aria-label={t('hotKey.clearLabel')}
              onClick={(event) => {
                // The button goes with the keys; the focus must not be lost.
                event.currentTarget.parentElement?.querySelector('button')?.focus();
                save({ idle: { hotKey: null } });
              }}
            >
              {t('hotKey.clear')}
            </Button>
          )}
        </div>
        <span id={`${id}-note`} role="status" className="max-w-80 text-right text-sm max-sm:text-left">
          {capturing && problem === undefined && <span className="text-muted">{t('hotKey.escape')}</span>}
          {(problem ?? (capturing ? undefined : shellProblem)) !== undefined && (
            <span className="font-semibold text-ember">{problem ?? shellProblem}</span>
          )}
        </span>
        <SaveStateNote state={state} />
      </div>
    </div>
  );
}

function Keys({ hotKey }: { hotKey: string | null }) {
  const { t } = useTranslation();
  if (hotKey === null) return t('hotKey.none');
  const parsed = parseHotKey(hotKey);
  if (parsed === undefined) return <span className="text-ember">{hotKey}</span>;
  const caps = hotKeyCaps(parsed, isMac() ? 'mac' : isWindows() ? 'windows' : 'linux');
  return caps.map((cap) => (
    <kbd key={cap} className="rounded border border-edge px-1.5 font-sans text-sm leading-6">
      {cap}
    </kbd>
  ));
}

function isMac(): boolean {
  return /Mac/.test(navigator.userAgent);
}

function isLinux(): boolean {
  return /Linux/.test(navigator.userAgent);
}

function isWindows(): boolean {
  return /Windows/.test(navigator.userAgent);
}
