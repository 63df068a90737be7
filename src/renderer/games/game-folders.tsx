import { useTranslation } from 'react-i18next';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { EntryList } from '../settings/entry-list.tsx';
import { folderProblem } from './game-folder.ts';

/** Folders in which the user keeps games of no store. */
export function GameFolders({ folders, disabled }: { folders: readonly string[]; disabled: boolean }) {
  const { t } = useTranslation();
  const { save, state } = useSaveSettings();
  return (
    <section aria-label={t('games.folders')} className="card p-5">
      <EntryList
        texts={{
          title: t('games.folders'),
          help: t('games.foldersHelp'),
          field: t('games.addFolder'),
          placeholder: t('games.folderPlaceholder'),
          add: t('games.add'),
          empty: t('games.foldersEmpty'),
          remove: (folder) => t('games.removeFolder', { folder }),
        }}
        entries={folders}
        disabled={disabled}
        state={state}
        problemOf={(folder) => {
          const problem = folderProblem(folder, folders);
          return problem && t(`games.folderProblem.${problem}`);
        }}
        onChange={(change) => save(({ games }) => ({ games: { folders: change(games.folders) } }))}
      />
    </section>
  );
}
