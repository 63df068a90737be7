import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BundleFile } from '../../../../src/agent/models/admission/inspect-bundle.ts';
import { inspectorEntry, ThreadInspector } from '../../../../src/agent/models/admission/thread-inspector.ts';
import { demoModel } from '../../../support/demo-models.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const entry = inspectorEntry(resolve('.'));
const never = () => new AbortController().signal;

function demoFiles(id: 'npc-chat' | 'digits'): {
  files: BundleFile[];
  tasks: ReturnType<typeof demoModel>['manifest']['tasks'];
} {
  const { folder, manifest } = demoModel(id);
  const files = manifest.files.map(({ path, bytes }) => ({ path, bytes, location: join(folder, path) }));
  return { files, tasks: manifest.tasks };
}

describe('inspecting in a thread', () => {
  it.each(['npc-chat', 'digits'] as const)('admits the demo model %s', async (id) => {
    const { files, tasks } = demoFiles(id);
    const report = await new ThreadInspector(entry).inspect(files, tasks, never());
    expect(report).toMatchObject({ admitted: true, reasons: [], facts: { graphs: 1 } });
  });

  it("leaves the caller's thread free meanwhile", async () => {
    const { files, tasks } = demoFiles('npc-chat');
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 1);
    const report = await new ThreadInspector(entry).inspect(files, tasks, never());
    clearInterval(ticking);
    expect(report.admitted).toBe(true);
    expect(turns).toBeGreaterThan(3);
  });

  it('refuses what takes too long to inspect, or whose inspection dies', async () => {
    const { files, tasks } = demoFiles('npc-chat');
    const late = await new ThreadInspector(entry, { longestMs: 1, memoryMegabytes: 256 }).inspect(
      files,
      tasks,
      never(),
    );
    expect(late).toMatchObject({ admitted: false, reasons: [{ code: 'inspection-failed' }] });
    using folder = temporaryFolder();
    for (const [name, program] of [
      ['ends.mjs', 'process.exit(0)'],
      ['throws.mjs', 'throw new Error("broken")'],
      [
        'lies.mjs',
        'import { parentPort } from "node:worker_threads"; parentPort.postMessage({ admitted: true })',
      ],
      ['eats.mjs', 'const all = []; for (;;) all.push(new Array(1e5).fill("x".repeat(10)))'],
    ] as const) {
      const path = join(folder.path, name);
      writeFileSync(path, program);
      const report = await new ThreadInspector(path, { longestMs: 60_000, memoryMegabytes: 24 }).inspect(
        files,
        tasks,
        never(),
      );
      expect(report, name).toMatchObject({ admitted: false, reasons: [{ code: 'inspection-failed' }] });
    }
  });

  it('stops with the signal', async () => {
    const { files, tasks } = demoFiles('npc-chat');
    const controller = new AbortController();
    const running = new ThreadInspector(entry).inspect(files, tasks, controller.signal);
    controller.abort(new Error('no longer wanted'));
    await expect(running).rejects.toThrow('no longer wanted');
  });
});
