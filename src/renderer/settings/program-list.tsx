import { useTranslation } from 'react-i18next';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { EntryList } from './entry-list.tsx';
import { programProblem } from './program-pattern.ts';

/** One of the user's two lists of programs. */
export function ProgramList({
  field,
  programs,
  disabled,
}: {
  field: 'include' | 'exclude';
  programs: readonly string[];
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const { save, state } = useSaveSettings();
  return (
    <EntryList
      texts={{
        title: t(`games.${field}`),
        help: t(`games.${field}Help`),
        field: t(field === 'include' ? 'games.addInclude' : 'games.addExclude'),
        placeholder: t(`games.${field}Placeholder`),
        add: t('games.add'),
        empty: t(`games.${field}Empty`),
        remove: (program) => t('games.removeProgram', { program }),
      }}
      entries={programs}
      disabled={disabled}
      state={state}
      problemOf={(program) => {
        const problem = programProblem(program, programs);
        return problem && t(`games.problem.${problem}`);
      }}
      onChange={(change) => save(({ games }) => ({ games: { [field]: change(games[field]) } }))}
    />
  );
}
