import type { Notice, Status } from '../../src/shared/local-api.ts';
import type { PauseReason, PauseReasonCode } from '../../src/shared/pause-reason.ts';
import { NO_PROFIT } from './no-profit.ts';

/** The status of an agent that waits for a job. */
export function readyStatus(changes: Partial<Status> = {}): Status {
  return {
    version: '0.1.0',
    pid: 4242,
    startedAt: '2026-11-20T10:00:00.000Z',
    state: 'ready',
    reasons: [],
    resumesAt: null,
    currentJobs: [],
    tokensPerSecond: null,
    device: { name: 'GeForce RTX 4070', provider: 'cuda' },
    quarantinedModels: [],
    sandbox: {
      mechanism: 'bubblewrap',
      working: true,
      detail: 'No network, no files but the model.',
      protections: [],
      selfTest: null,
    },
    network: {
      state: 'connected',
      gatewayUrl: 'http://127.0.0.1:7430',
      nodeId: `0x${'1'.repeat(40)}`,
      embedded: true,
      detail: null,
    },
    games: [],
    today: { finished: 0, failed: 0, preempted: 0, tokens: 0, energyJoules: 0, earnedWei: '0', byKind: {} },
    todayProfit: NO_PROFIT,
    notices: [],
    ...changes,
  };
}

export function workingStatus(changes: Partial<Status> = {}): Status {
  return readyStatus({
    state: 'working',
    tokensPerSecond: 41.23,
    currentJobs: [
      {
        id: '11111111-1111-4111-8111-111111111111',
        attempt: 1,
        kind: 'text.generate',
        modelId: 'npc-chat',
        state: 'running',
        acceptedAt: '2026-11-20T10:00:00.000Z',
        startedAt: '2026-11-20T10:00:00.100Z',
        endedAt: null,
        tokens: 12,
        provider: 'cuda',
        runMs: null,
        energyJoules: null,
        earnedWei: null,
        error: null,
      },
    ],
    ...changes,
  });
}

export function reason(code: PauseReasonCode, message: string, until?: string): PauseReason {
  const since = '2026-11-20T10:00:00.000Z';
  return until === undefined ? { code, message, since } : { code, message, since, until };
}

export function pausedStatus(reasons: PauseReason[], changes: Partial<Status> = {}): Status {
  return readyStatus({ state: 'paused', reasons, ...changes });
}

export function notice(code: string, changes: Partial<Notice> = {}): Notice {
  return {
    id: code,
    code,
    level: 'warning',
    message: `About ${code}.`,
    at: '2026-11-20T10:00:00.000Z',
    ...changes,
  };
}
