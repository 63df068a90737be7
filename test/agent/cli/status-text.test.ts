import { expect, test } from 'vitest';
import { statusText } from '../../../src/agent/cli/status-text.ts';
import type { Status } from '../../../src/shared/local-api.ts';
import { NO_PROFIT } from '../../support/no-profit.ts';

const STATUS: Status = {
  version: '0.1.0',
  pid: 1,
  startedAt: '2026-11-20T10:00:00.000Z',
  state: 'paused',
  reasons: [
    { code: 'game-running', message: 'Hades II is running', since: '2026-11-20T10:00:00.000Z' },
    { code: 'user-paused', message: 'Paused by you until you resume', since: '2026-11-20T10:00:00.000Z' },
  ],
  resumesAt: null,
  currentJobs: [],
  tokensPerSecond: 61.26,
  device: { name: 'A card', provider: 'cuda' },
  quarantinedModels: [],
  sandbox: { mechanism: 'bubblewrap', working: true, detail: '', protections: [], selfTest: null },
  network: {
    state: 'offline',
    gatewayUrl: 'http://127.0.0.1:7430',
    nodeId: `0x${'0'.repeat(40)}`,
    embedded: true,
    detail: 'It cannot be reached.',
  },
  games: [],
  today: { finished: 3, failed: 1, preempted: 2, tokens: 90, energyJoules: 0, earnedWei: '0', byKind: {} },
  todayProfit: NO_PROFIT,
  notices: [{ id: 'a', level: 'warning', code: 'a', message: 'Look here.', at: '2026-11-20T10:00:00.000Z' }],
};

test('tells a pause with all its reasons, and everything else in a line each', () => {
  expect(statusText(STATUS).split('\n')).toEqual([
    'Paused: Hades II is running',
    '  also: Paused by you until you resume',
    'Jobs     none at the moment',
    'Today    3 finished, 1 failed, 2 handed back, 90 tokens',
    'Device   A card (cuda)',
    'Sandbox  bubblewrap',
    'Network  offline (http://127.0.0.1:7430, the demo network on this machine) — It cannot be reached.',
    'Warning: Look here.',
  ]);
});

test('tells the job at work and its speed', () => {
  const text = statusText({
    ...STATUS,
    state: 'working',
    reasons: [],
    notices: [],
    currentJobs: [
      {
        id: '01980000-0000-7000-8000-000000000001',
        attempt: 1,
        kind: 'text.generate',
        modelId: 'npc-chat',
        state: 'running',
        acceptedAt: '2026-11-20T10:00:00.000Z',
        startedAt: null,
        endedAt: null,
        tokens: 5,
        provider: 'cuda',
        runMs: null,
        energyJoules: null,
        earnedWei: null,
        error: null,
      },
    ],
  });
  expect(text).toMatch(/^Working\nJobs {5}text\.generate with npc-chat \(running\), 61\.3 tokens\/s\n/);
});

test('tells how the sandbox fared, and what it does not keep models from', () => {
  const text = statusText({
    ...STATUS,
    sandbox: {
      mechanism: 'restricted-token',
      working: false,
      detail: '',
      protections: [
        { code: 'files', enforced: true, detail: 'No file is readable.' },
        { code: 'network', enforced: false, detail: 'Windows has no firewall for it.' },
      ],
      selfTest: { attempts: 54, escapes: ['connect to a server'], at: '2026-11-20T10:00:00.000Z' },
    },
  });
  expect(text).toContain(
    'Sandbox  restricted-token — not working, 53 of 54 attempts to break out refused\n  not kept from: network — Windows has no firewall for it.\nNetwork',
  );
});
