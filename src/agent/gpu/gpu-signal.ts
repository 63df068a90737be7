import type { PauseReasonCode } from '../../shared/pause-reason.ts';

/** Why one card must not be used now. */
export interface CardBlock {
  readonly code: Extract<PauseReasonCode, 'gpu-too-hot' | 'gpu-memory-needed' | 'no-gpu-allowed'>;
  readonly message: string;
  readonly since: Date;
}

/** What the policy is told of one card. */
export interface CardSignal {
  readonly uuid: string;
  readonly minorNumber: number | null;
  /** Share of the time that a model may run, 0.01 to 1. */
  readonly dutyCycle: number;
  readonly block: CardBlock | null;
}

/** What the policy is told of the graphics cards. */
export interface GpuSignal {
  /** `absent`: there is no NVIDIA driver, so nothing is governed. `lost`: it went away. */
  readonly state: 'starting' | 'absent' | 'ready' | 'lost';
  readonly detail: string | null;
  readonly since: Date;
  readonly cards: readonly CardSignal[];
}
