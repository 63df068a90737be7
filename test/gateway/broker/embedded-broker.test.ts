import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedBroker } from '../../../src/gateway/broker/embedded-broker.ts';
import { MESSAGE_BYTES_LIMIT, topics } from '../../../src/shared/job-protocol.ts';

const alice = `0x${'a'.repeat(40)}`;
const bob = `0x${'b'.repeat(40)}`;
const PASSWORD = 'a good token';

let broker: EmbeddedBroker;
const clients: MqttClient[] = [];

beforeAll(async () => {
  broker = await EmbeddedBroker.listen({
    port: 0,
    authenticateNode: async (_nodeId, token) => token === PASSWORD,
    log: pino({ level: 'silent' }),
  });
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
});
afterAll(async () => {
  await broker[Symbol.asyncDispose]();
});

async function connect(options: IClientOptions): Promise<MqttClient> {
  const client = mqtt.connect(broker.url, { reconnectPeriod: 0, ...options });
  clients.push(client);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  client.on('error', () => {});
  return client;
}

const node = (id: string, options: IClientOptions = {}) =>
  connect({ username: id, clientId: id, password: PASSWORD, ...options });

async function gateway(): Promise<MqttClient> {
  const { username, password } = broker.gatewayAddress;
  return await connect({ username: username ?? '', password: password ?? '' });
}

async function nextMessage(client: MqttClient): Promise<{ topic: string; text: string }> {
  return await new Promise((resolve) => {
    client.once('message', (topic, payload) => resolve({ topic, text: String(payload) }));
  });
}

async function closed(client: MqttClient): Promise<void> {
  await new Promise<void>((resolve) => client.once('close', () => resolve()));
}

describe('the embedded broker', () => {
  it('carries messages between the gateway and a node', async () => {
    const [center, leaf] = await Promise.all([gateway(), node(alice)]);
    await center.subscribeAsync(topics.allUp, { qos: 1 });
    await leaf.subscribeAsync(topics.down(alice), { qos: 1 });
    const up = nextMessage(center);
    await leaf.publishAsync(topics.up(alice), 'hello', { qos: 1 });
    expect(await up).toEqual({ topic: topics.up(alice), text: 'hello' });
    const down = nextMessage(leaf);
    await center.publishAsync(topics.down(alice), 'welcome', { qos: 1 });
    expect(await down).toEqual({ topic: topics.down(alice), text: 'welcome' });
  });

  it.each<[string, IClientOptions]>([
    ['nobody', {}],
    ['a node with a wrong token', { username: alice, clientId: alice, password: 'wrong' }],
    ['a node without a token', { username: alice, clientId: alice }],
    ['the gateway with a wrong password', { username: 'gateway', password: PASSWORD }],
    ['a user that is no node', { username: 'admin', clientId: 'admin', password: PASSWORD }],
    ['a node under the client id of another', { username: alice, clientId: bob, password: PASSWORD }],
  ])('refuses %s', async (_who, options) => {
    await expect(connect(options)).rejects.toThrow();
  });

  it('gives a node nothing but its own down topic', async () => {
    const leaf = await node(alice);
    for (const topic of [
      topics.down(bob),
      topics.up(alice),
      topics.allUp,
      '#',
      '$SYS/#',
      '+/v1/nodes/+/down',
    ]) {
      await expect(leaf.subscribeAsync(topic, { qos: 1 }), topic).rejects.toThrow();
    }
    expect(leaf.connected).toBe(true);
  });

  it.each([
    ['the topic of another', topics.up(bob)],
    ['a down topic', topics.down(alice)],
    ['any other topic', 'anything/else'],
  ])('ends the connection of a node that publishes to %s', async (_what, topic) => {
    const center = await gateway();
    await center.subscribeAsync(topics.allUp, { qos: 1 });
    const leaf = await node(alice);
    const messages: string[] = [];
    center.on('message', (_topic, payload) => messages.push(String(payload)));
    leaf.publish(topic, 'mischief', { qos: 1 });
    await closed(leaf);
    expect(messages).toEqual([]);
  });

  it('sends the last will of a node, but only to its own topic', async () => {
    const center = await gateway();
    await center.subscribeAsync(topics.allUp, { qos: 1 });
    const received: string[] = [];
    center.on('message', (topic, payload) => received.push(`${topic} ${payload}`));
    const thief = await node(bob, {
      will: { topic: topics.up(alice), payload: Buffer.from('stolen'), qos: 1, retain: false },
    });
    const mortal = await node(alice, {
      will: { topic: topics.up(alice), payload: Buffer.from('gone'), qos: 1, retain: false },
    });
    thief.stream.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const will = nextMessage(center);
    mortal.stream.destroy();
    await will;
    expect(received).toEqual([`${topics.up(alice)} gone`]);
  });

  it('cuts off a message that is too large, and lives on', async () => {
    const leaf = await node(alice);
    leaf.publish(topics.up(alice), Buffer.alloc(MESSAGE_BYTES_LIMIT + 1), { qos: 1 });
    await closed(leaf);
    const huge = await node(bob);
    huge.publish(topics.up(bob), Buffer.alloc(8 * 1024 * 1024), { qos: 1 });
    await closed(huge);
    await expect(node(alice)).resolves.toMatchObject({ connected: true });
  });

  it('takes bytes that are no MQTT as the end of the connection', async () => {
    const { hostname, port } = new URL(broker.url);
    const socket = connectSocket(Number(port), hostname);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await once(socket, 'close');
    await expect(node(alice)).resolves.toMatchObject({ connected: true });
  });
});
