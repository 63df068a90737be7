import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventStream, type StreamState } from '../../../src/renderer/api/event-stream.ts';
import type { LocalEvent } from '../../../src/shared/local-api.ts';
import { DashboardAgent } from '../../support/dashboard-agent.ts';
import { jobView } from '../../support/dashboard-fixtures.ts';

let agent: DashboardAgent;
let stream: EventStream;
let phases: StreamState['phase'][];
let events: LocalEvent[];
let unknown: number;

beforeEach(async () => {
  agent = await DashboardAgent.start();
  phases = [];
  events = [];
  unknown = 0;
});
afterEach(async () => {
  stream[Symbol.dispose]();
  await agent.stop();
});

function follow(token = agent.token): void {
  stream = new EventStream({ baseUrl: agent.origin, token }, fetch, {
    onState: ({ phase }) => phases.push(phase),
    onEvent: (event) => events.push(event),
    onUnknownEvent: () => unknown++,
  });
  stream.start();
}

it('delivers events in order, and counts those it does not understand', async () => {
  follow();
  await vi.waitFor(() => expect(events).toHaveLength(1));
  const jobs = [jobView(), jobView(), jobView()];
  for (const data of jobs) agent.emit({ event: 'job', data });
  agent.emitRaw('event: job\ndata: {"id":1}\n\n');
  agent.emitRaw('event: status\ndata: not json\n\n');
  await vi.waitFor(() => expect(unknown).toBe(2));
  expect(events.slice(1)).toEqual(jobs.map((data) => ({ event: 'job', data })));
});

it('reconnects at once when the connection breaks, without an outage', async () => {
  follow();
  await vi.waitFor(() => expect(phases).toContain('live'));
  await agent.stop();
  await agent.listen();
  await vi.waitFor(() => expect(phases.filter((phase) => phase === 'live')).toHaveLength(2));
  expect(phases).not.toContain('offline');
});

it('goes offline while the agent is gone and comes back by itself', async () => {
  follow();
  await vi.waitFor(() => expect(phases).toContain('live'));
  await agent.stop();
  await vi.waitFor(() => expect(phases.at(-1)).toBe('offline'), { timeout: 5000 });
  await agent.listen();
  await vi.waitFor(() => expect(phases.at(-1)).toBe('live'), { timeout: 5000 });
});

it('ends its wait when told to try now', async () => {
  await agent.stop();
  follow();
  await vi.waitFor(() => expect(phases.filter((phase) => phase === 'offline')).toHaveLength(3), {
    timeout: 5000,
  });
  await agent.listen();
  stream.retryNow();
  await vi.waitFor(() => expect(phases.at(-1)).toBe('live'), { timeout: 1000 });
});

it('gives up when the token is refused', async () => {
  follow('wrong');
  await vi.waitFor(() => expect(phases).toEqual(['connecting', 'refused']));
});

it('falls silent when disposed of', async () => {
  follow();
  await vi.waitFor(() => expect(phases).toContain('live'));
  stream[Symbol.dispose]();
  const before = phases.length;
  await agent.stop();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(phases).toHaveLength(before);
});
