import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Connection } from '../../../src/renderer/api/connection.ts';
import type { EndpointSource } from '../../../src/renderer/api/endpoint-source.ts';
import type { LocalEvent } from '../../../src/shared/local-api.ts';
import type { ShellEndpoint } from '../../../src/shared/shell-contract.ts';
import { DashboardAgent } from '../../support/dashboard-agent.ts';

class SetSource implements EndpointSource {
  readonly kind: 'browser' | 'desktop';
  endpoint: ShellEndpoint | null = null;
  forgotten = false;
  #listener: ((endpoint: ShellEndpoint | null) => void) | undefined;

  constructor(kind: 'browser' | 'desktop') {
    this.kind = kind;
  }

  async current(): Promise<ShellEndpoint | null> {
    return this.endpoint;
  }

  onChange(listener: (endpoint: ShellEndpoint | null) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = undefined;
    };
  }

  forget(): void {
    this.forgotten = true;
  }

  set(endpoint: ShellEndpoint | null): void {
    this.#listener?.(endpoint);
  }
}

let agent: DashboardAgent;
let connection: Connection;
let timesLive: number;
let events: LocalEvent[];

beforeEach(async () => {
  agent = await DashboardAgent.start();
  timesLive = 0;
  events = [];
});
afterEach(async () => {
  connection[Symbol.dispose]();
  await agent.stop();
});

function connect(source: EndpointSource): void {
  connection = new Connection(source, fetch, {
    onLive: () => timesLive++,
    onEvent: (event) => events.push(event),
  });
  void connection.start();
}
const phase = () => connection.snapshot().state.phase;

it('waits offline in the desktop window until the shell knows an agent, and follows it', async () => {
  const source = new SetSource('desktop');
  connect(source);
  await vi.waitFor(() => expect(connection.snapshot().state).toEqual({ phase: 'offline', retryAt: null }));
  source.set({ baseUrl: agent.origin, token: agent.token });
  await vi.waitFor(() => expect(phase()).toBe('live'));
  await vi.waitFor(() => expect(events).toMatchObject([{ event: 'status' }]));
  source.set(null);
  expect(phase()).toBe('offline');
  expect(timesLive).toBe(1);
});

it('asks a browser for a token', async () => {
  connect(new SetSource('browser'));
  await vi.waitFor(() => expect(phase()).toBe('no-token'));
  expect(connection.snapshot().client).toBeUndefined();
});

it('forgets a token that is refused', async () => {
  const source = new SetSource('browser');
  source.endpoint = { baseUrl: agent.origin, token: 'wrong' };
  connect(source);
  await vi.waitFor(() => expect(phase()).toBe('refused'));
  expect(source.forgotten).toBe(true);
});

it('notices an agent of another version', async () => {
  const source = new SetSource('browser');
  source.endpoint = { baseUrl: agent.origin, token: agent.token };
  connect(source);
  await vi.waitFor(() => expect(phase()).toBe('live'));
  agent.emitRaw('event: news\ndata: {}\n\n');
  await vi.waitFor(() => expect(connection.snapshot().outOfDate).toBe(true));
});
