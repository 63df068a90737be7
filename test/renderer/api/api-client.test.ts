import { afterEach, beforeEach, expect, it } from 'vitest';
import { ApiClient, UnexpectedAnswerError } from '../../../src/renderer/api/api-client.ts';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { jobHistory } from '../../support/dashboard-fixtures.ts';

let agent: DashboardAgent;
let client: ApiClient;

beforeEach(async () => {
  agent = await DashboardAgent.start();
  client = new ApiClient({ baseUrl: agent.origin, token: agent.token }, fetch);
});
afterEach(() => agent.stop());

it('pages through the jobs that a filter takes', async () => {
  agent.jobs = jobHistory(40);
  const first = await client.jobs({ state: 'finished' }, { limit: 20 });
  const last = first.jobs.at(-1);
  const second = await client.jobs({ state: 'finished' }, { limit: 20, before: last?.id });
  expect([first.more, second.more]).toEqual([true, false]);
  expect([...first.jobs, ...second.jobs]).toEqual(agent.jobs.filter((job) => job.state === 'finished'));
});

it('passes the agent’s refusals on with their code', async () => {
  agent.fail('POST /v1/pause', 'shutting-down');
  await expect(client.pause({ minutes: 60 })).rejects.toMatchObject({ code: 'shutting-down' });
});

it('tells an agent that is gone from one that answers nonsense', async () => {
  const odd = new ApiClient({ baseUrl: agent.origin, token: agent.token }, async () => new Response('{}'));
  await expect(odd.status()).rejects.toBeInstanceOf(UnexpectedAnswerError);
  await agent.stop();
  await expect(client.status()).rejects.toMatchObject({ code: 'agent-unreachable' });
});

it('takes answers without a body', async () => {
  await expect(client.dismissNotice('n1')).resolves.toBeUndefined();
});
