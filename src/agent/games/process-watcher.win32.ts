import { PollingProcessWatcher, type ProcessSource } from './polling-process-watcher.ts';
import type { ProcessFacts } from './process-watcher.ts';
import { Toolhelp } from './toolhelp.win32.ts';

const PERIOD_MS = 100;

/** Sees processes in Toolhelp's snapshots, which every Windows user may take. */
export function createToolhelpWatcher(): PollingProcessWatcher {
  return new PollingProcessWatcher({
    mechanism: 'toolhelp-polling',
    periodMs: PERIOD_MS,
    source: new ToolhelpSource(new Toolhelp()),
  });
}

class ToolhelpSource implements ProcessSource {
  readonly #toolhelp: Toolhelp;
  /** File names by pid, of the newest snapshot. */
  #names: ReadonlyMap<number, string> = new Map();

  constructor(toolhelp: Toolhelp) {
    this.#toolhelp = toolhelp;
  }

  snapshot(): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    const keys = new Map<number, string>();
    for (const { pid, parentPid, name } of this.#toolhelp.processes()) {
      // Pids 0 and 4 are the idle process and the kernel.
      if (pid <= 4) continue;
      names.set(pid, name);
      keys.set(pid, `${parentPid}/${name}`);
    }
    this.#names = names;
    return keys;
  }

  read(pid: number): ProcessFacts | undefined {
    const described = this.#toolhelp.describe(pid);
    if (described !== undefined) {
      return { pid, identity: String(described.createdAt), executable: described.path, argv: [] };
    }
    // Another user's process, or a protected one: its name still tells something.
    const name = this.#names.get(pid);
    return name === undefined ? undefined : { pid, identity: name, executable: name, argv: [] };
  }
}
