import { useTranslation } from 'react-i18next';
import type { Settings } from '../../shared/settings.ts';
import { routeHref } from '../route.ts';
import { NumberSetting } from './number-setting.tsx';
import { ProgramList } from './program-list.tsx';
import { Section } from './section.tsx';

export function GamesSection({ games, disabled }: { games: Settings['games']; disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <Section title={t('games.title')} intro={t('games.settingsIntro')}>
      <a href={routeHref({ screen: 'games' })} className="w-fit font-semibold text-jade underline">
        {t('games.open')}
      </a>
      <NumberSetting
        label={t('games.resumeDelay')}
        help={t('games.resumeDelayHelp')}
        unit={t('games.seconds')}
        value={games.resumeDelaySeconds}
        range={{ min: 0, max: 3600, whole: false }}
        disabled={disabled}
        toPatch={(resumeDelaySeconds) => ({ games: { resumeDelaySeconds } })}
      />
      <div className="flex flex-wrap gap-x-8 gap-y-6">
        <ProgramList field="include" programs={games.include} disabled={disabled} />
        <ProgramList field="exclude" programs={games.exclude} disabled={disabled} />
      </div>
    </Section>
  );
}
