import { useTranslation } from 'react-i18next';
import type { GameChoice } from '../../shared/game-choice.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { Menu, MenuChoices, MenuItem, MenuLine } from '../components/menu.tsx';

/** Whether a program is a game, as the user says or else as Gata thought, and the menu to say so. */
export function GameWordMenu({
  name,
  choice,
  certainty,
  disabled,
  onChoose,
}: {
  name: string;
  /** The user's word; undefined: not said. */
  choice: GameChoice | undefined;
  certainty: 'game' | 'maybe';
  disabled: boolean;
  /** null: the word is taken back. */
  onChoose: (choice: GameChoice | null) => void;
}) {
  const { t } = useTranslation();
  const answer =
    choice === 'ignore' ? 'noGame' : choice === undefined && certainty === 'maybe' ? 'maybe' : 'game';
  return (
    <Menu
      label={t('gamePauses.menu', { name })}
      trigger={
        <Button
          compact
          disabled={disabled}
          aria-label={t('gamePauses.menuLabel', { name, answer: t(`gamePauses.${answer}`) })}
          className={`w-32 justify-between ${choice === 'ignore' ? 'border-sky bg-sky-wash' : ''}`}
        >
          {t(`gamePauses.${answer}`)}
          <Icon name="chevronDown" className="size-4 text-muted" />
        </Button>
      }
    >
      <MenuChoices<GameChoice | 'unsaid'>
        value={choice ?? 'unsaid'}
        choices={[
          { value: 'pause', label: t('gamePauses.isGame'), detail: t('gamePauses.isGameDetail') },
          { value: 'ignore', label: t('gamePauses.isNoGame'), detail: t('gamePauses.isNoGameDetail') },
        ]}
        onChange={(chosen) => {
          if (chosen !== 'unsaid') onChoose(chosen);
        }}
      />
      {choice !== undefined && (
        <>
          <MenuLine />
          <MenuItem onSelect={() => onChoose(null)}>{t('games.forget')}</MenuItem>
        </>
      )}
    </Menu>
  );
}
