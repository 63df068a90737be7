import { useTranslation } from 'react-i18next';
import type { RefusedFolder } from '../../shared/installed-game.ts';
import { useSaveSettings } from '../api/use-save-settings.ts';
import { Icon } from '../components/icon.tsx';
import { EntryList } from '../settings/entry-list.tsx';
import { folderProblem } from './game-folder.ts';

/** Folders in which the user keeps games of no store. */
export function GameFolders({
  folders,
  refused,
  disabled,
}: {
  folders: readonly string[];
  /** Those that Gata does not take. */
  refused: readonly RefusedFolder[];
  disabled: boolean;
}) {
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
      <RefusedFolders refused={refused.filter(({ folder }) => folders.includes(folder))} />
    </section>
  );
}

/** The agent looks at a folder only when it is in the list: what is wrong with it is told here. */
function RefusedFolders({ refused }: { refused: readonly RefusedFolder[] }) {
  if (refused.length === 0) return null;
  return (
    <div role="status" className="mt-2 rounded-card bg-ember-wash px-4 py-3 text-sm">
      <ul className="flex flex-col gap-1">
        {refused.map(({ folder, why }) => (
          <li key={folder} className="flex gap-2">
            <Icon name="warning" className="mt-0.5 size-4 shrink-0 text-ember" />
            <span className="min-w-0 wrap-anywhere">
              <span className="font-mono">{folder}</span> {why}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
