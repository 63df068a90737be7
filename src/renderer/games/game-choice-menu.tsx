import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import type { GameChoice } from '../../shared/game-choice.ts';
import { Button } from '../components/button.tsx';
import { Icon, type IconName } from '../components/icon.tsx';
import { Menu, MenuChoices, MenuItem, MenuLine } from '../components/menu.tsx';
import { GAME_CHOICES } from './game-choices.ts';

const CHOICE_ICONS: Record<GameChoice, IconName> = { pause: 'pause', share: 'share', ignore: 'eyeOff' };

/** What Gata does while one game runs, and the menu to change it. */
export function GameChoiceMenu({
  name,
  choice,
  onChoose,
  onForget,
  ...button
}: Pick<ComponentProps<'button'>, 'disabled' | 'tabIndex' | 'onKeyDown' | 'onFocus'> & {
  name: string;
  choice: GameChoice;
  onChoose: (choice: GameChoice) => void;
  /** Takes the user's word back; absent where that changes nothing. */
  onForget?: (() => void) | undefined;
}) {
  const { t } = useTranslation();
  return (
    <Menu
      label={t('games.choiceMenu', { name })}
      trigger={
        <Button
          {...button}
          compact
          data-choice={choice}
          aria-label={t('games.choiceLabel', { name, choice: t(`gameChoice.${choice}.name`) })}
          className={`w-28 justify-between ${choice === 'pause' ? '' : 'border-sky bg-sky-wash'}`}
        >
          <span className="flex min-w-0 items-center gap-1.5">
            <Icon name={CHOICE_ICONS[choice]} className="size-4" />
            {t(`gameChoice.${choice}.name`)}
          </span>
          <Icon name="chevronDown" className="size-4 text-muted" />
        </Button>
      }
    >
      <MenuChoices
        value={choice}
        choices={GAME_CHOICES.map((value) => ({
          value,
          label: t(`gameChoice.${value}.name`),
          detail: t(`gameChoice.${value}.short`),
        }))}
        onChange={onChoose}
      />
      {onForget !== undefined && (
        <>
          <MenuLine />
          <MenuItem onSelect={onForget}>{t('games.forget')}</MenuItem>
        </>
      )}
    </Menu>
  );
}
