import { useTranslation } from 'react-i18next';
import type { Settings } from '../../shared/settings.ts';
import { useGames } from '../api/queries.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { NumberSetting } from './number-setting.tsx';
import { ProgramList } from './program-list.tsx';
import { excludingProgram } from './program-pattern.ts';
import { SaveStateNote } from './save-state-note.tsx';
import { Section } from './section.tsx';

export function GamesSection({ games, disabled }: { games: Settings['games']; disabled: boolean }) {
  const { t } = useTranslation();
  const builtIn = useGames().data?.builtIn ?? [];
  return (
    <Section title={t('games.title')} intro={t('games.intro')}>
      <RunningGames games={games} disabled={disabled} />
      <div className="flex flex-wrap gap-x-8 gap-y-6">
        <ProgramList field="include" programs={games.include} disabled={disabled} />
        <ProgramList field="exclude" programs={games.exclude} disabled={disabled} />
      </div>
      {builtIn.length > 0 && (
        <details>
          <summary className="w-fit cursor-pointer rounded font-semibold">
            {t('games.builtIn', { count: builtIn.length })}
          </summary>
          <ul className="mt-2 columns-[14rem] font-mono text-sm text-muted">
            {builtIn.map((program) => (
              <li key={program} className="wrap-anywhere">
                {program}
              </li>
            ))}
          </ul>
        </details>
      )}
      <NumberSetting
        label={t('games.resumeDelay')}
        help={t('games.resumeDelayHelp')}
        unit={t('games.seconds')}
        value={games.resumeDelaySeconds}
        range={{ min: 0, max: 3600, whole: false }}
        disabled={disabled}
        toPatch={(resumeDelaySeconds) => ({ games: { resumeDelaySeconds } })}
      />
    </Section>
  );
}

function RunningGames({ games, disabled }: { games: Settings['games']; disabled: boolean }) {
  const { t } = useTranslation();
  const running = useGames().data?.running ?? [];
  const { save, state } = useSaveSettings();
  return (
    <div>
      <div className="flex items-center justify-between gap-3">
        <h3 className="font-semibold">{t('games.running')}</h3>
        <SaveStateNote state={state} />
      </div>
      {running.length === 0 ? (
        <p className="text-muted">{t('games.noneRunning')}</p>
      ) : (
        <ul className="mt-1">
          {running.map((game) => (
            <li
              key={game.pid}
              className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-line py-2 not-first:border-t"
            >
              <Icon name="game" className="size-5 text-amber" />
              <div className="min-w-0 flex-1 basis-48">
                <p className="font-semibold wrap-anywhere">{game.name}</p>
                <p className="text-sm text-muted wrap-anywhere">
                  {game.executable} · {t('games.why', { why: game.why })}
                </p>
              </div>
              <Button
                compact
                disabled={disabled}
                aria-label={t('games.notAGameLabel', { name: game.name })}
                onClick={() => save(excludingProgram(games, game.executable))}
              >
                {t('games.notAGame')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
