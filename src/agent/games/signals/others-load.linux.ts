import { readFileSync } from 'node:fs';
import { LoadWindow } from './load-window.ts';
import { ProcessTreeTime } from './process-tree-time.linux.ts';
import { type ProcessorTicks, parseProcessorTicks } from './processor-ticks.linux.ts';
import { ReportedSignal } from './reported-signal.ts';
import type { OthersLoad } from './signal.ts';

const PERIOD_MS = 5_000;
const WINDOW_SAMPLES = 7;
/** Smaller changes are told to nobody. */
const STEP = 0.01;

/** The processors' load by other programs, as a mean of the last 30 seconds: `/proc/stat` less what is Gata's. */
export class ProcOthersLoad extends ReportedSignal<OthersLoad> {
  readonly name = 'proc-others-load';
  readonly #ownPids: () => readonly number[];
  readonly #periodMs: number;
  readonly #treeTime = new ProcessTreeTime();
  readonly #window = new LoadWindow(WINDOW_SAMPLES);
  #timer: NodeJS.Timeout | undefined;

  /** @param ownPids Gata's processes; what they started is counted with them. */
  constructor(ownPids: () => readonly number[], periodMs = PERIOD_MS) {
    super({ processor: null });
    this.#ownPids = ownPids;
    this.#periodMs = periodMs;
  }

  async start(): Promise<void> {
    this.#look();
    this.#timer = setInterval(() => this.#look(), this.#periodMs);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const own = this.#treeTime.ticks(this.#ownPids());
    const processor = readProcessorTicks();
    const share = processor === undefined ? null : this.#window.add({ ...processor, own });
    this.report({ processor: share === null ? null : Math.round(share / STEP) * STEP });
  }
}

/** Undefined where `/proc` is not mounted, or is somebody's imitation. */
function readProcessorTicks(): ProcessorTicks | undefined {
  try {
    return parseProcessorTicks(readFileSync('/proc/stat', 'latin1'));
  } catch {
    return undefined;
  }
}
