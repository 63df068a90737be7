import type { GpuSample } from '../../shared/gpu.ts';
import type { GraphicsUse } from '../games/sessions/game-signals.ts';
import { ReportedSignal } from '../games/signals/reported-signal.ts';

/** Which processes draw on which cards, as the driver lists them. null: no card tells. */
export class GraphicsProcesses extends ReportedSignal<readonly GraphicsUse[] | null> {
  readonly name = 'nvml-graphics-processes';
  readonly #byCard = new Map<string, readonly number[]>();

  constructor() {
    super(null);
  }

  take(samples: readonly GpuSample[]): void {
    for (const { uuid, processes } of samples) {
      if (processes === null) continue;
      const drawing = processes.filter(({ kind }) => kind === 'graphics').map(({ pid }) => pid);
      this.#byCard.set(uuid, drawing);
    }
    if (this.#byCard.size === 0) return;
    this.report([...this.#byCard].flatMap(([gpuUuid, pids]) => pids.map((pid) => ({ pid, gpuUuid }))));
  }

  async start(): Promise<void> {}

  [Symbol.dispose](): void {
    this.silence();
  }
}
