import { expect, it } from 'vitest';
import { StatusBoard } from '../../../src/agent/api/status-board.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { statusSchema } from '../../../src/shared/local-api.ts';
import { startTestApi } from '../../support/api-server.ts';
import { NO_PROFIT } from '../../support/no-profit.ts';

it("shows today's electricity and earnings as the energy report has them", async () => {
  await using api = await startTestApi();
  const today = {
    ...NO_PROFIT,
    energyJoules: 7200,
    earnedWei: '5',
    electricityCost: 2,
    earnedValue: 3,
    net: 1,
  };
  const board = new StatusBoard({
    version: '0',
    gatewayUrl: 'http://127.0.0.1:9',
    embedded: true,
    policy: api.policy,
    compute: api.compute,
    games: api.games,
    notices: api.notices,
    energy: { today: () => today },
    clock: systemClock,
  });
  expect(statusSchema.parse(board.current()).todayProfit).toEqual(today);
});
