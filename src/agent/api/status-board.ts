import type { Clock } from '../../shared/clock.ts';
import type { SandboxView, Status } from '../../shared/local-api.ts';
import type { EnergyReport } from '../energy/energy-report.ts';
import type { Compute } from '../jobs/compute.ts';
import type { NoticeBoard } from '../notice-board.ts';
import type { PolicyEngine } from '../policy/policy-engine.ts';
import type { ApiGames } from './api-parts.ts';

export interface StatusBoardParts {
  readonly version: string;
  readonly gatewayUrl: string;
  readonly embedded: boolean;
  readonly policy: PolicyEngine;
  readonly compute: Compute;
  readonly games: ApiGames;
  readonly notices: NoticeBoard;
  readonly energy: Pick<EnergyReport, 'today'>;
  readonly clock: Clock;
}

const SANDBOX_BEING_TRIED: SandboxView = {
  mechanism: 'none',
  working: false,
  detail: 'The sandbox is being tried out.',
  protections: [],
  selfTest: null,
};

/** Puts together what the agent does now, from the parts that know. */
export class StatusBoard {
  readonly #parts: StatusBoardParts;

  constructor(parts: StatusBoardParts) {
    this.#parts = parts;
  }

  current(): Status {
    const { version, gatewayUrl, embedded, policy, compute, games, notices, energy, clock } = this.#parts;
    const { run, reasons, resumesAt } = policy.decision;
    const { currentJobs, tokensPerSecond, device, network, quarantinedModels } = compute.snapshot();
    const midnight = clock.now();
    midnight.setHours(0, 0, 0, 0);
    const today = compute.totalsSince(midnight);
    return {
      version,
      pid: process.pid,
      startedAt: policy.startedAt.toISOString(),
      state: run ? (currentJobs.length > 0 ? 'working' : 'ready') : 'paused',
      reasons: [...reasons],
      resumesAt,
      currentJobs: [...currentJobs],
      tokensPerSecond,
      device,
      sandbox: policy.sandbox ?? SANDBOX_BEING_TRIED,
      quarantinedModels: [...quarantinedModels],
      network: { ...network, gatewayUrl, embedded },
      games: [...games.running()],
      today,
      todayProfit: energy.today(),
      notices: notices.list(),
    };
  }
}
