import { useTranslation } from 'react-i18next';
import { type JobState, jobStateSchema } from '../../shared/local-api.ts';
import { TASK_KINDS, type TaskKind } from '../../shared/task.ts';
import type { JobsFilter } from '../api/api-client.ts';
import { FilterMenu } from '../components/filter-menu.tsx';

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
      <FilterMenu<JobState>
        name={t('jobs.filterState')}
        value={filter.state}
        choices={jobStateSchema.options.map((state) => ({ value: state, label: t(`jobState.${state}`) }))}
        onChange={(state) => onChange({ ...filter, state })}
      />
      <FilterMenu<TaskKind>
        name={t('jobs.filterKind')}
        value={filter.kind}
        choices={TASK_KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        onChange={(kind) => onChange({ ...filter, kind })}
      />
    </div>
  );
}
