import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import { decodeMessage, encodeMessage } from '../../shared/frame-codec.ts';
import { GataError } from '../../shared/gata-error.ts';
import {
  type DownMessage,
  downMessageSchema,
  MESSAGE_BYTES_LIMIT,
  PROTOCOL_VERSION,
  type Presence,
  type Session,
  topics,
  type UpMessage,
} from '../../shared/job-protocol.ts';
import type { NetworkState } from '../../shared/local-api.ts';
import { type GatewayHttp, sessionLifeMs } from './gateway-http.ts';
import { reconnectDelayMs } from './reconnect-delay.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_SECONDS = 20;
/** The part of a token's life after which the connection is made anew with another. */
const RENEW_AFTER = 0.8;
const GOODBYE_MS = 500;

/** What the node says of itself; the session adds who and which connection. */
export type PresenceFacts = Omit<Presence, 'type' | 'online' | 'sessionId' | 'protocol'>;

export interface GatewaySessionOptions {
  readonly gatewayUrl: string;
  readonly nodeId: string;
  readonly http: GatewayHttp;
  readonly presence: () => PresenceFacts;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface GatewaySessionEvents {
  /** A valid message for this node. */
  message: [DownMessage];
  /** Connected, subscribed and announced. */
  online: [];
  change: [];
}

interface Connection {
  readonly client: MqttClient;
  readonly sessionId: string;
  /** Resolves when the connection is over, with why. */
  readonly closed: Promise<string>;
}

/** Keeps this node connected to its gateway, and says how that goes. */
export class GatewaySession extends EventEmitter<GatewaySessionEvents> implements AsyncDisposable {
  readonly #options: GatewaySessionOptions;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #connection: Connection | undefined;
  #state: NetworkState = 'connecting';
  #detail: string | null = null;
  #announcing = false;

  constructor(options: GatewaySessionOptions) {
    super();
    this.#options = options;
  }

  get state(): NetworkState {
    return this.#state;
  }

  /** Why it is not connected, in words. */
  get detail(): string | null {
    return this.#detail;
  }

  connect(): void {
    this.#running ??= this.#run();
  }

  /**
   * Sends a message, which may get lost; it is not kept for later. All messages have the same quality of
   * service, so that they arrive in the order in which they were sent.
   * @returns false when there is no connection.
   */
  send(message: UpMessage): boolean {
    const { client } = this.#connection ?? {};
    if (client === undefined || !client.connected) return false;
    client.publish(topics.up(this.#options.nodeId), bufferOf(message), { qos: 0 });
    return true;
  }

  /** Tells the gateway what has changed about this node; calls in a row become one message. */
  announce(): void {
    if (this.#announcing) return;
    this.#announcing = true;
    setImmediate(() => {
      this.#announcing = false;
      const connection = this.#connection;
      if (connection?.client.connected) this.#publishPresence(connection, true);
    });
  }

  /** Says goodbye and disconnects. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    const connection = this.#connection;
    if (connection?.client.connected) {
      const said = this.#publishPresence(connection, false);
      await Promise.race([said, delay(GOODBYE_MS, undefined, { ref: false })]);
      await Promise.race([connection.client.endAsync(), delay(GOODBYE_MS, undefined, { ref: false })]);
    }
    connection?.client.end(true);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      this.#show('connecting', this.#detail);
      try {
        const session = await this.#options.http.session();
        if (signal.aborted) return;
        const connection = await this.#open(session);
        failures = 0;
        const reason = await this.#whileConnected(connection, session);
        if (reason === undefined || signal.aborted) continue;
        this.#show('offline', reason);
      } catch (error) {
        const { message } = GataError.from(error);
        if (this.#state !== 'offline') this.#options.logger.debug({ err: error }, 'Not connected.');
        this.#show('offline', message);
      }
      const waitMs = reconnectDelayMs(failures, this.#options.gatewayUrl, Math.random());
      failures += 1;
      await delay(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Resolves when the connection is over: with why, or undefined when it is only to be renewed. */
  async #whileConnected(connection: Connection, session: Session): Promise<string | undefined> {
    const { clock } = this.#options;
    const lifeMs = sessionLifeMs(session, clock.now());
    let renewing = false;
    const renewal = setTimeout(() => {
      renewing = true;
      connection.client.end(true);
    }, lifeMs * RENEW_AFTER);
    renewal.unref();
    try {
      this.#connection = connection;
      // The broker has the presence before anything else is sent.
      await Promise.race([this.#publishPresence(connection, true), connection.closed]);
      this.#show('connected', null);
      this.emit('online');
      const reason = await connection.closed;
      return renewing ? undefined : reason;
    } finally {
      clearTimeout(renewal);
      this.#connection = undefined;
      connection.client.end(true);
    }
  }

  /** @throws GataError `gateway-unreachable` or `unauthorized`. */
  async #open(session: Session): Promise<Connection> {
    const { nodeId, http } = this.#options;
    const sessionId = randomUUID();
    const client = mqtt.connect(session.brokerUrl, {
      // The broker ends an older connection of the same id: one that is half dead does not linger.
      clientId: nodeId,
      username: nodeId,
      password: session.token,
      clean: true,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      will: {
        topic: topics.up(nodeId),
        payload: bufferOf(this.#presence(sessionId, false)),
        qos: 1,
        retain: true,
      },
    });
    let reason = 'The connection to the gateway was lost. It is tried again.';
    let lastError: Error | undefined;
    client.on('error', (error) => {
      lastError = error;
      reason = `The connection to the gateway failed (${error.message}). It is tried again.`;
    });
    client.on('message', (_topic, payload) => this.#receive(payload));
    const closed = new Promise<string>((resolve) => {
      client.once('close', () => resolve(reason));
    });
    const connected = new Promise<void>((resolve) => {
      client.once('connect', () => {
        // Small messages that answer each other: Nagle's algorithm would add its delay to every one.
        if (client.stream instanceof Socket) client.stream.setNoDelay(true);
        resolve();
      });
    });
    const outcome = await Promise.race([connected, closed]);
    if (outcome !== undefined) {
      client.end(true);
      // Whether the token was refused or the broker was away: enrolling again is right in both cases.
      http.dropSession();
      throw new GataError('gateway-unreachable', outcome, { cause: lastError });
    }
    try {
      const granted = await Promise.race([client.subscribeAsync(topics.down(nodeId), { qos: 1 }), closed]);
      if (typeof granted === 'string') throw new GataError('gateway-unreachable', granted);
      if (granted[0]?.qos === 128)
        throw new GataError('forbidden', "The broker refused the node's own topic.");
    } catch (error) {
      client.end(true);
      throw error;
    }
    return { client, sessionId, closed };
  }

  #presence(sessionId: string, online: boolean): Presence {
    const facts = this.#options.presence();
    const ready = online && facts.ready;
    return { type: 'presence', online, sessionId, protocol: PROTOCOL_VERSION, ...facts, ready };
  }

  async #publishPresence({ client, sessionId }: Connection, online: boolean): Promise<void> {
    const payload = bufferOf(this.#presence(sessionId, online));
    try {
      await client.publishAsync(topics.up(this.#options.nodeId), payload, { qos: 1, retain: true });
    } catch (error) {
      this.#options.logger.debug({ err: error }, 'The presence was not delivered.');
    }
  }

  #receive(payload: Buffer): void {
    const message = parseDown(payload);
    if (message === undefined) {
      this.#options.logger.warn(
        { bytes: payload.byteLength },
        'A malformed message from the gateway was dropped.',
      );
      return;
    }
    this.emit('message', message);
  }

  #show(state: NetworkState, detail: string | null): void {
    if (state === this.#state && detail === this.#detail) return;
    this.#state = state;
    this.#detail = detail;
    this.#options.logger.info({ state, detail }, 'The gateway connection changed.');
    this.emit('change');
  }
}

function parseDown(payload: Buffer): DownMessage | undefined {
  if (payload.byteLength > MESSAGE_BYTES_LIMIT) return undefined;
  try {
    return downMessageSchema.parse(decodeMessage(payload));
  } catch {
    return undefined;
  }
}

function bufferOf(message: UpMessage): Buffer {
  const bytes = encodeMessage(message);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
