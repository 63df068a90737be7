import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runUnderWine, wineMissing } from '../support/wine.ts';

const SCRIPT = join(import.meta.dirname, '../support/windows/use-data-folder.ts');

test.skipIf(wineMissing() !== undefined)(
  'an agent under Windows locks, writes and replaces its files like elsewhere',
  { timeout: 180_000 },
  async () => {
    const folder = `C:\\gata-${process.pid}\\Data Folder`;
    const run = await runUnderWine(SCRIPT, [folder]);
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('Error') });
    const seen = JSON.parse(run.stdout);
    expect(seen).toMatchObject({
      endpointPort: 2,
      runs: [true, false],
      files: ['agent.log', 'agent.log.1', 'settings.json'],
      log: 'third\n',
    });
    expect(seen.refusal).toContain(`Gata runs already (pid ${seen.pid})`);
    expect(seen.refusal).toContain('http://127.0.0.1:7420');
  },
);

test.skipIf(wineMissing() !== undefined)(
  'an agent under Windows takes its data folder from everybody but its user and Windows',
  { timeout: 180_000 },
  async () => {
    // Wine keeps access lists as the modes of its host, with Windows itself as the group; a new folder has 0755.
    using parent = temporaryFolder();
    const folder = join(parent.path, 'Data Folder');
    const run = await runUnderWine(SCRIPT, [`Z:${folder.replaceAll('/', '\\')}`]);
    expect(run).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('Error') });
    expect(statSync(folder).mode & 0o007).toBe(0);
  },
);
