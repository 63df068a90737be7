import { spawn } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NvmlDevice, openNvml } from 'node-nvml';
import { FakeDriver } from '../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { ChildProgram } from '../scripts/start/child-program.ts';
import {
  type AgentProgram,
  agentArguments,
  connectToAgent,
  type GatewayProgram,
  root,
  startGatewayProgram,
} from '../scripts/start/programs.ts';
import { AGENT_ENVIRONMENT, AGENT_NODE_FLAGS } from '../src/shared/agent-runtime.ts';
import { BusyBuyer } from '../test/support/busy-buyer.ts';
import { isAlive, workersOf } from '../test/support/process-tree.ts';
import { compileDenial } from './deny-proc-connector.ts';

const PATIENCE_MS = 60_000;
const GAME_NAME = 'bench-game';
const BASE_BYTES = 5e8;
const WORKER_BYTES = 2e9;
const LEASE_ROUTE = '/v1/pause-leases/bench:game';

/** How the agent is to see processes. */
export type Mechanism = 'proc-connector' | 'proc-polling';

/** A worker that holds memory of a card, as the driver tells it. */
export interface HeldCard {
  readonly workers: readonly number[];
}

/** Times from the start of a game, in milliseconds. */
export interface PauseSample {
  readonly workerGoneMs: number;
  readonly memoryFreeMs: number;
}

/** A connected agent with a busy buyer and a fake card whose memory its worker holds for as long as it lives. */
export class PauseRig implements AsyncDisposable {
  readonly #agent: AgentProgram;
  readonly #driver: FakeDriver;
  readonly #card: NvmlDevice;
  readonly #game: string;
  readonly #owned: AsyncDisposableStack;

  private constructor(
    agent: AgentProgram,
    driver: FakeDriver,
    card: NvmlDevice,
    game: string,
    owned: AsyncDisposableStack,
  ) {
    this.#agent = agent;
    this.#driver = driver;
    this.#card = card;
    this.#game = game;
    this.#owned = owned;
  }

  /** @throws Error when this machine does not let the agent see processes in that way. */
  static async start(mechanism: Mechanism): Promise<PauseRig> {
    await using cleanup = new AsyncDisposableStack();
    const folder = cleanup.use(await mkdtempDisposable(path.join(tmpdir(), 'bench-pause-'))).path;
    const driver = cleanup.use(
      await FakeDriver.create({
        cards: [{ memoryUsedBytes: BASE_BYTES, computeBytes: WORKER_BYTES, computeFollowsPid: 1 }],
      }),
    );
    const nvml = cleanup.use(openNvml({ libraryPath: driver.libraryPath }));
    const [card] = nvml.devices();
    if (card === undefined) throw new Error('The fake driver has no card.');
    const gateway = cleanup.use(await startGatewayProgram({ dataFolder: path.join(folder, 'network') }));
    const agent = cleanup.use(await startAgent(folder, gateway, driver, mechanism));
    await agent.request('PATCH', '/v1/settings', { games: { include: [GAME_NAME], resumeDelaySeconds: 0 } });
    cleanup.use(new BusyBuyer(gateway.url, gateway.apiKey));
    const game = path.join(folder, GAME_NAME);
    copyFileSync('/bin/sleep', game);
    return new PauseRig(agent, driver, card, game, cleanup.move());
  }

  /** Resolves when a worker is there and the driver lists it. */
  async untilHeld(): Promise<HeldCard> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const workers = workersOf(this.#agent.endpoint.pid).filter(isAlive);
      this.#driver.set(0, 'computePid', workers[0] ?? 0);
      if (workers.length > 0 && !this.#isMemoryFree()) return { workers };
      if (performance.now() > deadline) throw new Error('No worker came back.');
      await sleep(10);
    }
  }

  /** Starts a game and waits until the worker is gone and its memory free; then ends the game. */
  async pauseByGame({ workers }: HeldCard): Promise<PauseSample> {
    const started = performance.now();
    const game = spawn(this.#game, ['600'], { stdio: 'ignore' });
    try {
      return await this.#untilFree(workers, started);
    } finally {
      game.kill('SIGKILL');
    }
  }

  /**
   * Takes a lease, and starts the game when it is given. The sample says how long the game met a worker, or memory
   * that was not free: 0 when there was neither.
   */
  async pauseByLease({ workers }: HeldCard): Promise<PauseSample & { readonly leaseMs: number }> {
    const asked = performance.now();
    await this.#agent.request('PUT', LEASE_ROUTE, { reason: 'Starting a game', ttlSeconds: 600 });
    const given = performance.now();
    const sample = this.#isFree(workers)
      ? { workerGoneMs: 0, memoryFreeMs: 0 }
      : await this.#untilFree(workers, given);
    await this.#agent.request('DELETE', LEASE_ROUTE);
    return { ...sample, leaseMs: given - asked };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync();
  }

  #isFree(workers: readonly number[]): boolean {
    return !workers.some(isAlive) && this.#isMemoryFree();
  }

  /** By the driver's word: no compute process, and the memory is back. */
  #isMemoryFree(): boolean {
    const { processes, memoryUsedBytes } = this.#card.sample();
    return processes?.length === 0 && memoryUsedBytes === BASE_BYTES;
  }

  /** Looks every millisecond, so that the figures are not finer than that but hardly coarser. */
  async #untilFree(workers: readonly number[], startedMs: number): Promise<PauseSample> {
    let workerGoneMs: number | undefined;
    for (;;) {
      if (workerGoneMs === undefined && !workers.some(isAlive)) workerGoneMs = performance.now() - startedMs;
      if (workerGoneMs !== undefined && this.#isMemoryFree()) {
        return { workerGoneMs, memoryFreeMs: performance.now() - startedMs };
      }
      if (performance.now() - startedMs > PATIENCE_MS)
        throw new Error('The worker outlived the game by far.');
      await sleep(1);
    }
  }
}

async function startAgent(
  folder: string,
  gateway: GatewayProgram,
  driver: FakeDriver,
  mechanism: Mechanism,
): Promise<AgentProgram> {
  const dataFolder = path.join(folder, 'agent');
  const command = [
    ...(mechanism === 'proc-polling' ? [compileDenial(folder)] : []),
    process.execPath,
    ...AGENT_NODE_FLAGS,
    path.join(root, 'out/agent/main.js'),
    ...agentArguments({
      dataFolder,
      gatewayUrl: gateway.url,
      catalogueRoot: gateway.catalogue.root,
      port: 0,
    }),
    ...['--nvml-library', driver.libraryPath],
    ...['--gpu-helper', path.join(folder, 'no-helper.socket')],
  ];
  const [program = '', ...args] = command;
  const child = new ChildProgram({
    name: 'the agent',
    command: program,
    args,
    environment: { ...AGENT_ENVIRONMENT },
  });
  try {
    const agent = await connectToAgent(child, dataFolder, child.process.pid);
    const log = path.join(dataFolder, 'logs/agent.log');
    await child.waitUntil(
      async () => readFileSync(log, 'utf8').includes('Watching for games.') || undefined,
      10_000,
    );
    if (!readFileSync(log, 'utf8').includes(`"mechanism":"${mechanism}"`))
      throw new Error(`The agent does not see processes by ${mechanism} here.`);
    return agent;
  } catch (error) {
    await child.stop();
    throw error;
  }
}
