import { randomUUID } from 'node:crypto';
import { Wallet } from 'ethers/wallet';
import mqtt, { type MqttClient } from 'mqtt';
import { decodeMessage, encodeMessage } from '../../src/shared/frame-codec.ts';
import {
  challengeSchema,
  type DownMessage,
  downMessageSchema,
  ENROLMENT_DOMAIN,
  ENROLMENT_TYPES,
  enrolmentMessage,
  type JobAttempt,
  type Offer,
  PROTOCOL_VERSION,
  type Presence,
  type Session,
  sessionSchema,
  topics,
  type UpMessage,
} from '../../src/shared/job-protocol.ts';
import { TASK_KINDS, type TaskInput, type TaskOutput, taskInputSchema } from '../../src/shared/task.ts';

export type Behaviour = (offer: Offer, node: ScriptedNode) => void | Promise<void>;

export interface ScriptedNodeOptions {
  readonly behaviour: Behaviour;
  readonly wallet?: Wallet;
  readonly presence?: Partial<Presence>;
}

/** A node that speaks the real job protocol over the real broker, and answers offers as a test says. */
export class ScriptedNode implements AsyncDisposable {
  readonly id: string;
  readonly session: Session;
  readonly received: DownMessage[] = [];
  readonly #client: MqttClient;
  readonly #sessionId: string;
  #behaviour: Behaviour;
  #presence: Presence;

  private constructor(
    id: string,
    session: Session,
    sessionId: string,
    client: MqttClient,
    options: ScriptedNodeOptions,
  ) {
    this.id = id;
    this.session = session;
    this.#client = client;
    this.#sessionId = sessionId;
    this.#behaviour = options.behaviour;
    this.#presence = { ...presenceOf(sessionId), ...options.presence };
  }

  static async connect(gatewayUrl: string, options: ScriptedNodeOptions): Promise<ScriptedNode> {
    const wallet = options.wallet ?? new Wallet(Wallet.createRandom().privateKey);
    const id = wallet.address.toLowerCase();
    const session = await enrol(gatewayUrl, wallet);
    const sessionId = randomUUID();
    const client = mqtt.connect(session.brokerUrl, {
      username: id,
      password: session.token,
      clientId: id,
      reconnectPeriod: 0,
      will: {
        topic: topics.up(id),
        payload: Buffer.from(encodeMessage({ ...presenceOf(sessionId), online: false })),
        qos: 1,
        retain: true,
      },
    });
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
    });
    const node = new ScriptedNode(id, session, sessionId, client, options);
    client.on('error', () => {});
    client.on('message', (_topic, payload) => node.#receive(payload));
    await client.subscribeAsync(topics.down(id), { qos: 1 });
    await node.present({});
    return node;
  }

  /** Of one kind, in the order they came. */
  messages<Type extends DownMessage['type']>(type: Type): Extract<DownMessage, { type: Type }>[] {
    return this.received.filter(
      (message): message is Extract<DownMessage, { type: Type }> => message.type === type,
    );
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  async present(changes: Partial<Presence>): Promise<void> {
    this.#presence = { ...this.#presence, ...changes };
    await this.#client.publishAsync(topics.up(this.id), Buffer.from(encodeMessage(this.#presence)), {
      qos: 1,
      retain: true,
    });
  }

  async send(message: UpMessage): Promise<void> {
    await this.sendBytes(encodeMessage(message));
  }

  async sendBytes(bytes: Uint8Array, topic = topics.up(this.id)): Promise<void> {
    await this.#client.publishAsync(topic, Buffer.from(bytes), { qos: 1 });
  }

  get isConnected(): boolean {
    return this.#client.connected;
  }

  /** The connection dies; the broker sends the last will. */
  vanish(): void {
    this.#client.stream.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#client.connected) await this.present({ online: false, sessionId: this.#sessionId });
    await this.#client.endAsync(true);
  }

  #receive(payload: Buffer): void {
    const message = downMessageSchema.parse(decodeMessage(payload));
    this.received.push(message);
    if (message.type !== 'offer') return;
    // An answer under way when the connection ends is lost, as it may be.
    Promise.resolve(this.#behaviour(message, this)).catch((error: unknown) => {
      if (this.#client.connected) throw error;
    });
  }
}

export async function enrol(gatewayUrl: string, wallet: Wallet): Promise<Session> {
  const nodeId = wallet.address.toLowerCase();
  const challenge = challengeSchema.parse(await post(`${gatewayUrl}/v1/nodes/challenges`, { nodeId }));
  const signature = await wallet.signTypedData(
    ENROLMENT_DOMAIN,
    ENROLMENT_TYPES,
    enrolmentMessage(nodeId, challenge),
  );
  return sessionSchema.parse(
    await post(`${gatewayUrl}/v1/nodes/sessions`, { nodeId, nonce: challenge.nonce, signature }),
  );
}

async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return await response.json();
}

function presenceOf(sessionId: string): Presence {
  return {
    type: 'presence',
    online: true,
    sessionId,
    protocol: PROTOCOL_VERSION,
    agentVersion: 'scripted',
    ready: true,
    capacity: 2,
    kinds: [...TASK_KINDS],
    cachedModels: [],
    device: { name: 'scripted', provider: 'cpu', sandbox: 'none' },
    held: [],
  };
}

/** What a node would make of an input: pieces of text, one token each. */
export interface Generation {
  readonly pieces: readonly string[];
  readonly promptTokens?: number;
}

export function textOutput({ pieces, promptTokens = 3 }: Generation): TaskOutput {
  return {
    kind: 'text.generate',
    text: pieces.join(''),
    tokens: pieces.map((_, index) => index),
    finishReason: 'stop',
    promptTokens,
  };
}

export function attemptOf({ jobId, attempt }: JobAttempt): JobAttempt {
  return { jobId, attempt };
}

export function accept(offer: Offer): UpMessage {
  return { type: 'accept', ...attemptOf(offer) };
}

export function result(offer: Offer, output: TaskOutput): UpMessage {
  return {
    type: 'result',
    ...attemptOf(offer),
    output: { inline: encodeMessage(output) },
    metrics: { provider: 'cpu', runMs: 5, queuedMs: 1 },
  };
}

/** Piece `index` of a generation as a progress message. */
export function progress(offer: Offer, { pieces }: Generation, index: number): UpMessage {
  const text = pieces[index] ?? '';
  return {
    type: 'progress',
    ...attemptOf(offer),
    chunk: {
      tokenOffset: index,
      tokens: [index],
      textOffset: pieces.slice(0, index).join('').length,
      text,
    },
  };
}

export function inputOf(offer: Offer): TaskInput {
  if (!('inline' in offer.input)) throw new Error('The input is a blob.');
  return taskInputSchema.parse(decodeMessage(offer.input.inline));
}

/** Accepts, streams piece by piece from where the offer says, and returns the result. */
export function generates(generation: Generation): Behaviour {
  return async (offer, node) => {
    await node.send(accept(offer));
    const done = offer.resume?.tokens.length ?? 0;
    for (let index = done; index < generation.pieces.length; index += 1) {
      await node.send(progress(offer, generation, index));
    }
    await node.send(result(offer, textOutput(generation)));
  };
}

/** Accepts and returns the output at once. */
export function returns(output: TaskOutput): Behaviour {
  return async (offer, node) => {
    await node.send(accept(offer));
    await node.send(result(offer, output));
  };
}
