import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayHttp } from '../../../src/agent/jobs/gateway-http.ts';
import { GatewaySession } from '../../../src/agent/jobs/gateway-session.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { decodeMessage, encodeMessage } from '../../../src/shared/frame-codec.ts';
import {
  type DownMessage,
  MESSAGE_BYTES_LIMIT,
  type Presence,
  presenceSchema,
  topics,
  type UpMessage,
  upMessageSchema,
} from '../../../src/shared/job-protocol.ts';

const NODE_ID = `0x${'ab'.repeat(20)}`;
const ATTEMPT = { jobId: '01980000-0000-7000-8000-000000000000', attempt: 1 };

/** A real broker and the few HTTP answers that a session needs. */
class TinyGateway implements AsyncDisposable {
  readonly up: UpMessage[] = [];
  readonly clients: Client[] = [];
  readonly #aedes: Aedes;
  readonly #broker = createServer();
  readonly #http = createHttpServer((request, response) => {
    const answer = request.url?.endsWith('/challenges') ? this.#challenge() : this.#session();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  /** What it calls itself, when that is not its address. */
  name: string | undefined;
  sessions = 0;
  /** Tokens that the broker refuses. */
  readonly refused = new Set<string>();

  private constructor(aedes: Aedes) {
    this.#aedes = aedes;
  }

  static async open(): Promise<TinyGateway> {
    const gateway: TinyGateway = new TinyGateway(
      await Aedes.createBroker({
        authenticate(client, _username, password, done) {
          if (!gateway.refused.has(password?.toString() ?? '')) {
            gateway.clients.push(client);
            done(null, true);
            return;
          }
          const error: AuthenticateError = Object.assign(new Error('refused'), { returnCode: 4 });
          done(error, false);
        },
      }),
    );
    gateway.#broker.on('connection', (socket) => gateway.#aedes.handle(socket));
    gateway.#aedes.on('publish', (packet) => {
      if (packet.topic !== topics.up(NODE_ID) || typeof packet.payload === 'string') return;
      gateway.up.push(upMessageSchema.parse(decodeMessage(packet.payload)));
    });
    for (const server of [gateway.#broker, gateway.#http]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#http)}`;
  }

  get presences(): Presence[] {
    return this.up.filter((message) => message.type === 'presence');
  }

  send(payload: Uint8Array): void {
    const packet = {
      cmd: 'publish' as const,
      topic: topics.down(NODE_ID),
      payload: Buffer.from(payload),
      qos: 1 as const,
      retain: false,
      dup: false,
    };
    this.#aedes.publish(packet, () => {});
  }

  #challenge() {
    return { nonce: '0'.repeat(64), gateway: this.name ?? this.url, expiresAt: '2030-01-01T00:00:00Z' };
  }

  #session() {
    this.sessions += 1;
    return {
      token: `token-${this.sessions}`,
      expiresAt: new Date(Date.now() + 3600_000).toISOString(),
      brokerUrl: `mqtt://127.0.0.1:${portOf(this.#broker)}`,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((done) => this.#aedes.close(() => done()));
    this.#broker.close();
    this.#http.closeAllConnections();
    this.#http.close();
  }
}

function portOf(server: { address(): unknown }): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null || !('port' in address)) throw new Error('no port');
  return Number(address.port);
}

describe('the gateway session', () => {
  let stack: AsyncDisposableStack;
  let gateway: TinyGateway;
  let received: DownMessage[];
  let ready: boolean;
  beforeEach(async () => {
    stack = new AsyncDisposableStack();
    gateway = stack.use(await TinyGateway.open());
    received = [];
    ready = true;
  });
  afterEach(async () => {
    await stack.disposeAsync();
  });

  function open(gatewayUrl = gateway.url): GatewaySession {
    const nodeKey = { nodeId: NODE_ID, signEnrolment: () => `0x${'0'.repeat(130)}` };
    const session = stack.use(
      new GatewaySession({
        gatewayUrl,
        nodeId: NODE_ID,
        http: new GatewayHttp({ gatewayUrl, nodeKey, clock: systemClock }),
        presence: () => ({
          agentVersion: '0.0.0',
          ready,
          capacity: 2,
          kinds: ['onnx.run'],
          cachedModels: [],
          device: { name: 'test', provider: null, sandbox: 'none' },
          held: [ATTEMPT],
        }),
        clock: systemClock,
        logger: pino({ level: 'silent' }),
      }),
    );
    session.on('message', (message) => received.push(message));
    session.connect();
    return session;
  }
  const connected = (session: GatewaySession) => vi.waitUntil(() => session.state === 'connected', 5000);

  it('announces the node first, and again when something changes', async () => {
    const session = open();
    session.on('online', () => session.send({ type: 'accept', ...ATTEMPT }));
    await connected(session);
    await vi.waitUntil(() => gateway.up.length === 2);
    expect(gateway.up.map((message) => message.type)).toEqual(['presence', 'accept']);
    expect(gateway.presences[0]).toMatchObject({ online: true, ready: true, held: [ATTEMPT] });
    ready = false;
    session.announce();
    session.announce();
    await vi.waitUntil(() => gateway.presences.length === 2);
    expect(gateway.presences[1]).toMatchObject({ ready: false, sessionId: gateway.presences[0]?.sessionId });
  });

  it('takes valid messages and drops malformed and oversized ones', async () => {
    const session = open();
    await connected(session);
    gateway.send(Uint8Array.of(0xc1, 1, 2));
    gateway.send(encodeMessage({ type: 'offer', jobId: 'nonsense' }));
    gateway.send(encodeMessage({ type: 'cancel', ...ATTEMPT, filler: 'x'.repeat(MESSAGE_BYTES_LIMIT) }));
    gateway.send(encodeMessage({ type: 'cancel', ...ATTEMPT }));
    await vi.waitUntil(() => received.length > 0);
    expect(received).toEqual([{ type: 'cancel', ...ATTEMPT }]);
    expect(session.state).toBe('connected');
  });

  it('comes back by itself, as a new session, when the connection is cut', async () => {
    const session = open();
    await connected(session);
    gateway.clients[0]?.conn.destroy();
    await vi.waitUntil(() => session.state === 'offline');
    expect(session.detail).toMatch(/lost/);
    await connected(session);
    expect(session.detail).toBeNull();
    await vi.waitUntil(() => gateway.presences.filter((presence) => presence.online).length === 2);
    // The last will of the connection that was cut names that session, not the new one.
    const [first, second] = gateway.presences.filter((presence) => presence.online);
    const will = gateway.presences.find((presence) => !presence.online);
    expect(will?.sessionId).toBe(first?.sessionId);
    expect(second?.sessionId).not.toBe(first?.sessionId);
  });

  it('enrols again when the broker refuses its token', async () => {
    gateway.refused.add('token-1');
    const session = open();
    await connected(session);
    expect(gateway.sessions).toBe(2);
  });

  it('does not sign for a gateway under another name, and says so', async () => {
    gateway.name = 'https://gateway.example';
    const session = open();
    await vi.waitUntil(() => session.state === 'offline');
    expect(session.detail).toMatch(/calls itself https:\/\/gateway\.example/);
    expect(gateway.sessions).toBe(0);
  });

  it('says in words why it is offline', async () => {
    const session = open('http://127.0.0.1:9');
    await vi.waitUntil(() => session.state === 'offline');
    expect(session.detail).toMatch(/^The gateway at http:\/\/127\.0\.0\.1:9 cannot be reached \(.+\)\./);
    expect(session.send({ type: 'accept', ...ATTEMPT })).toBe(false);
  });

  it('says goodbye when it is closed', async () => {
    const session = open();
    await connected(session);
    await session[Symbol.asyncDispose]();
    await vi.waitUntil(() => gateway.presences.length === 2);
    expect(presenceSchema.parse(gateway.presences[1])).toMatchObject({ online: false, ready: false });
  });
});
