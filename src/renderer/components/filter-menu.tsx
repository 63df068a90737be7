import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { Menu, MenuChoices } from './menu.tsx';

const ALL = 'all';

/** Narrows a list to one of some values, or to none of them: `undefined`. */
export function FilterMenu<Value extends string>({
  name,
  value,
  choices,
  onChange,
}: {
  name: string;
  value: Value | undefined;
  choices: readonly { readonly value: Value; readonly label: string }[];
  onChange: (value: Value | undefined) => void;
}) {
  const { t } = useTranslation();
  const chosen = choices.find((choice) => choice.value === value)?.label ?? t('filter.all');
  return (
    <Menu
      label={name}
      trigger={
        <Button compact className={value === undefined ? '' : 'border-jade bg-jade-wash'}>
          <span className="font-normal text-muted">{name}</span>
          {chosen}
          <Icon name="chevronDown" className="size-4 text-muted" />
        </Button>
      }
    >
      <MenuChoices<Value | typeof ALL>
        value={value ?? ALL}
        choices={[{ value: ALL, label: t('filter.all') }, ...choices]}
        onChange={(choice) => onChange(choice === ALL ? undefined : choice)}
      />
    </Menu>
  );
}
