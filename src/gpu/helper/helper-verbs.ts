import type { GpuLimits } from '../../shared/gpu.ts';
import type { HelperAnswer } from '../../shared/gpu-helper-protocol.ts';

export type HelperDescription = Extract<HelperAnswer, { answer: 'description' }>;
type HelperHeld = Extract<HelperAnswer, { answer: 'held' }>;

/** What a client can ask for. All throw LimitError. */
export interface HelperVerbs {
  describe(): HelperDescription;
  /** @returns What is in force then, as read back. */
  hold(owner: string, uuid: string, limits: GpuLimits): Omit<HelperHeld, 'answer'>;
  renew(owner: string): void;
  release(owner: string): void;
}
