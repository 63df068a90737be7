import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ConfinedProcess } from '../../../src/agent/sandbox/confined-process.ts';
import { Unconfined } from '../../../src/agent/sandbox/unconfined.ts';
import { scriptedWorker } from '../../support/scripted-worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('Unconfined', () => {
  it('says that it is no sandbox, and why', () => {
    const sandbox = new Unconfined({ nodePath: 'node', entryPath: 'host.js' }, 'bubblewrap is not installed');
    expect(sandbox.describe()).toMatchObject({
      mechanism: 'none',
      working: false,
      detail: 'bubblewrap is not installed',
    });
  });

  it('starts the worker at the lowest priority and without the environment', async () => {
    using folder = temporaryFolder();
    const script = `import os from 'node:os'; console.log(Object.keys(process.env).sort().join(), os.getPriority(0));`;
    const sandbox = new Unconfined(scriptedWorker(folder.path, script), 'a test');
    const worker = new ConfinedProcess(sandbox.wrap({ modelFolder: folder.path }));
    // The shell sets PWD.
    expect(await text(worker.stdout)).toBe('PWD 19\n');
    expect(await worker.exited).toMatchObject({ byUs: false, wasKilled: false, detail: 'exit code 0' });
  });
});
