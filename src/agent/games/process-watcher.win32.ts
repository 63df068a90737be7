import { PollingProcessWatcher, type ProcessSource } from './polling-process-watcher.ts';
import type { ProcessFacts } from './process-watcher.ts';
import { splitCommandLine } from './split-command-line.ts';
import { Toolhelp, type ToolhelpEntry } from './toolhelp.win32.ts';

const PERIODS = { hurriedMs: 100, calmMs: 500 };

/** Sees processes in Toolhelp's snapshots, which every Windows user may take. */
export function createToolhelpWatcher(): PollingProcessWatcher {
  return new PollingProcessWatcher({
    mechanism: 'toolhelp-polling',
    periods: PERIODS,
    source: new ToolhelpSource(new Toolhelp()),
  });
}

class ToolhelpSource implements ProcessSource {
  readonly #toolhelp: Toolhelp;
  /** By pid, of the newest snapshot. */
  #entries: ReadonlyMap<number, ToolhelpEntry> = new Map();

  constructor(toolhelp: Toolhelp) {
    this.#toolhelp = toolhelp;
  }

  snapshot(): ReadonlyMap<number, string> {
    const entries = new Map<number, ToolhelpEntry>();
    const keys = new Map<number, string>();
    for (const entry of this.#toolhelp.processes()) {
      // Pids 0 and 4 are the idle process and the kernel.
      if (entry.pid <= 4) continue;
      entries.set(entry.pid, entry);
      keys.set(entry.pid, `${entry.parentPid}/${entry.name}`);
    }
    this.#entries = entries;
    return keys;
  }

  read(pid: number): ProcessFacts | undefined {
    const entry = this.#entries.get(pid);
    const parentPid = entry?.parentPid ?? 0;
    const described = this.#toolhelp.describe(pid);
    if (described !== undefined) {
      const { path, commandLine, createdAt } = described;
      return {
        pid,
        parentPid,
        startOrder: Number(createdAt),
        identity: String(createdAt),
        executable: path,
        argv: splitCommandLine(commandLine),
      };
    }
    // Another user's process, or a protected one: its name still tells something.
    return (
      entry && { pid, parentPid, startOrder: null, identity: entry.name, executable: entry.name, argv: [] }
    );
  }
}
