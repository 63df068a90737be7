import { existsSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PGlite } from '@electric-sql/pglite';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type AgentProgram,
  type GatewayProgram,
  startAgentProgram,
  startGatewayProgram,
} from '../../scripts/start/programs.ts';
import { freePort } from '../support/free-port.ts';
import { PersistentBuyer, type Purchase } from '../support/persistent-buyer.ts';
import { workersOf } from '../support/process-tree.ts';

const JOBS = 200;
const BUYERS = 6;
const JOB_TIMEOUT_MS = 240_000;

interface Order {
  readonly key: string;
  readonly route: string;
  readonly body: Record<string, unknown>;
}

/** Deterministic orders (greedy), so that every repetition of one must have the same answer. */
function order(index: number): Order {
  const variant = Math.floor(index / 4) % 5;
  const key = `order-${index}`;
  const content = `Greetings! I have ${variant} gold. What do you sell?`;
  const chat = {
    model: 'npc-chat',
    messages: [{ role: 'user', content }],
    temperature: 0,
    min_tokens: 60,
    max_tokens: 60,
  };
  if (index % 4 === 0) return { key, route: '/v1/chat/completions', body: { ...chat, stream: true } };
  if (index % 4 === 1) return { key, route: '/v1/chat/completions', body: chat };
  if (index % 4 === 2)
    return {
      key,
      route: '/v1/embeddings',
      body: { model: 'npc-chat', input: [content], encoding_format: 'float' },
    };
  return {
    key,
    route: '/v1/chat/completions',
    body: { ...chat, min_tokens: 200, max_tokens: 200, stream: true },
  };
}

describe.skipIf(!existsSync('/usr/bin/bwrap'))('crashes', () => {
  it(`finishes ${JOBS} jobs exactly once while worker, agent and gateway are killed`, {
    timeout: 600_000,
  }, async () => {
    await using folder = await mkdtempDisposable(path.join(tmpdir(), 'gata-crash-'));
    await using world = await World.start(folder.path);
    const buyer = new PersistentBuyer(world.gateway.url, world.gateway.apiKey);

    const expected = new Map<string, string>();
    for (let index = 0; index < 20; index += 1) {
      const { route, body, key } = order(index);
      const { answer } = await buyer.buy(`calm-${key}`, route, body, JOB_TIMEOUT_MS);
      expected.set(JSON.stringify([route, body]), answer);
    }

    const orders = Array.from({ length: JOBS }, (_, index) => order(index));
    const purchases = new Map<string, Purchase>();
    const chaos = world.keepKilling(() => purchases.size >= JOBS);
    const pending = [...orders];
    await Promise.all(
      Array.from({ length: BUYERS }, async () => {
        for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
          purchases.set(next.key, await buyer.buy(next.key, next.route, next.body, JOB_TIMEOUT_MS));
        }
      }),
    );
    const kills = await chaos;
    console.log(`killed: ${JSON.stringify(kills)}`);
    expect(Math.min(kills.worker, kills.agent, kills.gateway)).toBeGreaterThanOrEqual(3);

    for (const { key, route, body } of orders) {
      expect(purchases.get(key)?.answer, key).toBe(expected.get(JSON.stringify([route, body])));
    }
    const jobIds = new Set([...purchases.values()].map((purchase) => purchase.jobId));
    expect(jobIds.size).toBe(JOBS);
    // Asking once more runs nothing again.
    for (const { key, route, body } of orders.slice(0, 10)) {
      expect(await buyer.buy(key, route, body, JOB_TIMEOUT_MS)).toEqual(purchases.get(key));
    }

    await world[Symbol.asyncDispose]();
    const counted = await usageRows(path.join(folder.path, 'network/database'));
    expect(counted.filter((jobId) => jobIds.has(jobId)).sort()).toEqual([...jobIds].sort());
  });
});

/** One gateway and one agent that are killed and come back on the same ports and data. */
class World implements AsyncDisposable {
  gateway: GatewayProgram;
  agent: AgentProgram;
  readonly #start: { gateway: () => Promise<GatewayProgram>; agent: () => Promise<AgentProgram> };

  static async start(folder: string): Promise<World> {
    const [port, brokerPort] = [await freePort(), await freePort()];
    const startGateway = () =>
      startGatewayProgram({ dataFolder: path.join(folder, 'network'), port, brokerPort });
    const gateway = await startGateway();
    const start = {
      gateway: startGateway,
      agent: () =>
        startAgentProgram({
          dataFolder: folder,
          gatewayUrl: `http://127.0.0.1:${port}`,
          embedded: true,
          catalogueRoot: gateway.catalogue.root,
          port: 0,
        }),
    };
    return new World(gateway, await start.agent(), start);
  }

  private constructor(
    gateway: GatewayProgram,
    agent: AgentProgram,
    start: { gateway: () => Promise<GatewayProgram>; agent: () => Promise<AgentProgram> },
  ) {
    this.gateway = gateway;
    this.agent = agent;
    this.#start = start;
  }

  async keepKilling(isOver: () => boolean): Promise<{ worker: number; agent: number; gateway: number }> {
    const kills = { worker: 0, agent: 0, gateway: 0 };
    for (let round = 0; !isOver(); round += 1) {
      await sleep(200 + Math.random() * 1500);
      // Workers die most often, as they do in life.
      const victim = (['worker', 'agent', 'worker', 'gateway'] as const)[round % 4] ?? 'worker';
      if (victim === 'worker') {
        const workers = workersOf(this.agent.endpoint.pid);
        for (const pid of workers.slice(0, 1)) process.kill(pid, 'SIGKILL');
        kills.worker += Math.min(1, workers.length);
      } else if (victim === 'agent') {
        await this.agent.child.crash();
        this.agent = await this.#start.agent();
        kills.agent += 1;
      } else {
        await this.gateway.child.crash();
        this.gateway = await this.#start.gateway();
        kills.gateway += 1;
      }
    }
    return kills;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.agent.child.stop();
    await this.gateway.child.stop();
  }
}

async function usageRows(databaseFolder: string): Promise<string[]> {
  const database = new PGlite(databaseFolder);
  try {
    const { rows } = await database.query('select job_id from usage');
    return z
      .array(z.object({ job_id: z.string() }))
      .parse(rows)
      .map((row) => row.job_id);
  } finally {
    await database.close();
  }
}
