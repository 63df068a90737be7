import { useTranslation } from 'react-i18next';
import { type JobState, jobStateSchema } from '../../shared/local-api.ts';
import { TASK_KINDS, type TaskKind } from '../../shared/task.ts';
import type { JobsFilter } from '../api/api-client.ts';
import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { Menu, MenuChoices } from '../components/menu.tsx';

const ALL = 'all';

/** By state and by kind. */
export function JobFilters({
  filter,
  onChange,
}: {
  filter: JobsFilter;
  onChange: (filter: JobsFilter) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Filter<JobState>
        name={t('jobs.filterState')}
        value={filter.state}
        choices={jobStateSchema.options.map((state) => ({ value: state, label: t(`jobState.${state}`) }))}
        onChange={(state) => onChange({ ...filter, state })}
      />
      <Filter<TaskKind>
        name={t('jobs.filterKind')}
        value={filter.kind}
        choices={TASK_KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
    </div>
  );
}

function Filter<Value extends string>({
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
  const chosen = choices.find((choice) => choice.value === value)?.label ?? t('jobs.all');
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
        choices={[{ value: ALL, label: t('jobs.all') }, ...choices]}
        onChange={(choice) => onChange(choice === ALL ? undefined : choice)}
      />
    </Menu>
  );
}
