import net from 'node:net';
import mqtt, { type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import { decodeMessage, encodeMessage } from '../../shared/frame-codec.ts';
import { GataError } from '../../shared/gata-error.ts';
import {
  type DownMessage,
  MESSAGE_BYTES_LIMIT,
  topics,
  type UpMessage,
  upMessageSchema,
} from '../../shared/job-protocol.ts';

export interface BrokerAddress {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** `retained`: the broker kept it from before we subscribed, so it may be out of date. */
export type UpListener = (nodeId: string, message: UpMessage, retained: boolean) => void;

/** The gateway's own connection to the broker: every node's `up` comes in, `down` goes out. */
export class BrokerClient implements AsyncDisposable {
  readonly #client: MqttClient;
  readonly #log: Logger;
  #droppedMessages = 0;

  private constructor(client: MqttClient, log: Logger) {
    this.#client = client;
    this.#log = log;
  }

  /** @throws GataError `gateway-unreachable` when the broker does not let us in. */
  static async connect(address: BrokerAddress, log: Logger): Promise<BrokerClient> {
    const client = mqtt.connect(address.url, {
      ...(address.username === undefined ? {} : { username: address.username }),
      ...(address.password === undefined ? {} : { password: address.password }),
      clean: true,
      reconnectPeriod: 500,
      // An offer that waited for a connection would be late: the deadline repeats it.
      queueQoSZero: false,
    });
    client.on('connect', () => disableNagle(client));
    try {
      await new Promise<void>((resolve, reject) => {
        client.once('connect', () => resolve());
        client.once('error', reject);
        client.once('close', () => reject(new Error('The broker closed the connection.')));
      });
    } catch (error) {
      await client.endAsync(true);
      throw new GataError('gateway-unreachable', `The message broker at ${address.url} cannot be used.`, {
        cause: error,
      });
    }
    client.on('error', (error) => log.warn({ err: error }, 'the broker connection failed'));
    return new BrokerClient(client, log);
  }

  /** Resolves when the broker delivers every node's messages. */
  async subscribe(listener: UpListener): Promise<void> {
    this.#client.on('message', (topic, payload, packet) => {
      this.#receive(topic, payload, packet.retain, listener);
    });
    await this.#client.subscribeAsync(topics.allUp, { qos: 1 });
  }

  /** Resolves when the broker has it; a node that is away never gets it. */
  async send(nodeId: string, message: DownMessage): Promise<void> {
    const payload = encodeMessage(message);
    await this.#client.publishAsync(
      topics.down(nodeId),
      Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
      {
        qos: 1,
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.endAsync(true);
  }

  #receive(topic: string, payload: Buffer, retained: boolean, listener: UpListener): void {
    const nodeId = topics.nodeIdOfUp(topic);
    if (nodeId === undefined || payload.byteLength === 0) return;
    const message = decodeUp(payload);
    if (message === undefined) {
      this.#droppedMessages += 1;
      this.#log.warn(
        { nodeId, bytes: payload.byteLength, dropped: this.#droppedMessages },
        'dropped a malformed message from a node',
      );
      return;
    }
    try {
      listener(nodeId, message, retained);
    } catch (error) {
      this.#log.error({ err: error, nodeId, type: message.type }, 'a message from a node was not handled');
    }
  }
}

/** Small messages that answer each other: Nagle's algorithm would delay every one. */
function disableNagle(client: MqttClient): void {
  const { stream } = client;
  if (stream instanceof net.Socket) stream.setNoDelay(true);
}

function decodeUp(payload: Buffer): UpMessage | undefined {
  if (payload.byteLength > MESSAGE_BYTES_LIMIT) return undefined;
  let decoded: unknown;
  try {
    decoded = decodeMessage(payload);
  } catch {
    return undefined;
  }
  return upMessageSchema.safeParse(decoded).data;
}
