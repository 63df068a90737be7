/** A card that may be used now, and how much. */
export interface AllowedGpu {
  readonly uuid: string;
  /** Linux: N of `/dev/nvidiaN`. */
  readonly minorNumber: number | null;
  /** Share of the time that a model may run, 0.01 to 1. */
  readonly dutyCycle: number;
}

/** What compute keeps to while it runs. */
export interface ComputeLimits {
  /** null: no card is governed here, and workers choose what they run on. */
  readonly gpus: readonly AllowedGpu[] | null;
}

export const NO_LIMITS: ComputeLimits = { gpus: null };

/** One card's part in the work. */
export interface GpuUse {
  readonly uuid: string;
  /** Processes that hold a model on it. */
  readonly pids: readonly number[];
  /** Milliseconds since the epoch at which a model last ran on it, now included; null: not yet. */
  readonly lastRanMs: number | null;
}
