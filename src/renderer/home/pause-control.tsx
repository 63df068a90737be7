import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { PauseRequest } from '../../shared/local-api.ts';
import { useIsLive } from '../api/agent-context.tsx';
import { usePause, useResume } from '../api/queries.ts';
import { useErrorText } from '../api/use-error-text.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { KeyHint } from '../components/key-hint.tsx';
import { Menu, MenuItem } from '../components/menu.tsx';
import type { HeroView } from './hero-view.ts';

const CHOICES = [
  { label: 'hour', request: { minutes: 60 } },
  { label: 'gamesEnd', request: { until: 'games-end' } },
  { label: 'resumed', request: { until: 'resumed' } },
] as const satisfies readonly { label: string; request: PauseRequest }[];

/** Pauses for a while of the user's choice, or ends the user's pause. */
export function PauseControl({
  view,
  menu,
}: {
  view: HeroView;
  menu: { open: boolean; onOpenChange: (open: boolean) => void };
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const live = useIsLive();
  const pause = usePause();
  const resume = useResume();
  const control = useRef<HTMLDivElement>(null);
  const used = useRef(false);
  // The button that was used gives way to the other one, which takes over the focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is this change that swaps the buttons.
  useEffect(() => {
    if (used.current && document.activeElement === document.body)
      control.current?.querySelector('button')?.focus();
    used.current = false;
  }, [view.canResume, view.canWorkAnyway]);
  return (
    <div ref={control} className="flex flex-col items-stretch gap-2">
      {view.canResume ? (
        <Button
          variant="primary"
          className="min-w-36"
          disabled={!live}
          aria-keyshortcuts="Alt+P"
          onClick={() => {
            used.current = true;
            resume.mutate(undefined);
          }}
        >
          <Icon name="play" className="size-4.5" />
          {t(view.pausedOtherwise ? 'pause.endMine' : 'pause.resume')}
        </Button>
      ) : (
        <Menu
          label={t('pause.menu')}
          open={menu.open && live}
          onOpenChange={menu.onOpenChange}
          trigger={
            <Button className="min-w-36" disabled={!live} aria-keyshortcuts="Alt+P">
              <Icon name="pause" className="size-4.5" />
              {t('pause.button')}
              <Icon name="chevronDown" className="size-4 text-muted" />
            </Button>
          }
        >
          {CHOICES.map(({ label, request }) => (
            <MenuItem
              key={label}
              onSelect={() => {
                used.current = true;
                pause.mutate(request);
              }}
            >
              {t(`pause.${label}`)}
            </MenuItem>
          ))}
        </Menu>
      )}
      <p className="flex justify-center max-sm:hidden">
        <KeyHint letter="P" />
      </p>
      {view.canWorkAnyway && (
        <Button
          disabled={!live}
          onClick={() => {
            used.current = true;
            resume.mutate(undefined);
          }}
        >
          <Icon name="play" className="size-4.5" />
          {t('pause.workAnyway')}
        </Button>
      )}
      {pause.error !== null && (
        <p role="alert" className="max-w-56 text-sm text-ember">
          {t('pause.failed', { message: errorText(pause.error) })}
        </p>
      )}
      {resume.error !== null && (
        <p role="alert" className="max-w-56 text-sm text-ember">
          {t('pause.resumeFailed', { message: errorText(resume.error) })}
        </p>
      )}
    </div>
  );
}
