import type { SandboxMechanism, SandboxView } from '../../shared/local-api.ts';
import { limitProtections, type WorkerLimits } from './resource-limits.ts';
import type { ResourceLimitsGroup } from './resource-limits-group.linux.ts';
import type { Sandbox, WorkerCommand, WrappedWorker } from './sandbox.ts';

export interface Trial {
  readonly selfTest: SandboxView['selfTest'];
  /** What would protect more, and how to get it. */
  readonly advice: string | undefined;
  /** What the agent keeps workers to; undefined where the mechanism does it by itself. */
  readonly limits: WorkerLimits | undefined;
  /** Where the kernel helps with that. */
  readonly group: ResourceLimitsGroup | undefined;
}

/** A sandbox that was tried out, with limits on what its workers take. */
export class TriedSandbox implements Sandbox {
  readonly mechanism: SandboxMechanism;
  readonly #inner: Sandbox;
  readonly #trial: Trial;

  constructor(inner: Sandbox, trial: Trial) {
    this.mechanism = inner.mechanism;
    this.#inner = inner;
    this.#trial = trial;
  }

  describe(): SandboxView {
    const { selfTest, advice, limits, group } = this.#trial;
    const view = this.#inner.describe();
    const added = limits === undefined ? [] : limitProtections(limits, group !== undefined);
    const codes = new Set(added.map(({ code }) => code));
    return {
      ...view,
      detail: [view.detail, ...(advice === undefined ? [] : [advice])].join(' '),
      protections: [...view.protections.filter(({ code }) => !codes.has(code)), ...added],
      selfTest,
    };
  }

  wrap(command: WorkerCommand): WrappedWorker {
    const { limits, group } = this.#trial;
    const wrapped = this.#inner.wrap(command);
    if (group === undefined) return { ...wrapped, limits };
    return {
      ...wrapped,
      ...group.wrap(wrapped.file, wrapped.args),
      env: { ...wrapped.env, ...group.env },
      limits,
    };
  }
}
