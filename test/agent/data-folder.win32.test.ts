import { join } from 'node:path';
import { expect, test } from 'vitest';
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
