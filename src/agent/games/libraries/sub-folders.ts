import { type MachineFolders, pathsOf } from './machine-folders.ts';
import type { StoreReport } from './store-report.ts';

const ENTRIES_LIMIT = 20_000;

/** The folders right below one, sorted; none where there is no such folder, or it cannot be read (which is told). */
export async function subFolders(
  parent: string,
  machine: MachineFolders,
  report: StoreReport,
): Promise<readonly string[]> {
  const entries = await report.attempt(parent, () => machine.files.entries(parent, ENTRIES_LIMIT));
  return (entries ?? [])
    .filter(({ kind }) => kind === 'folder')
    .map(({ name }) => pathsOf(machine).join(parent, name))
    .sort();
}
