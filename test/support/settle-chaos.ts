import { createHash } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Wallet } from 'ethers';
import { z } from 'zod';
import { ApiKeyStore } from '../../src/gateway/store/api-key-store.ts';
import { openDatabase } from '../../src/gateway/store/database.ts';
import { claimRelayStateSchema } from '../../src/shared/claim-relay.ts';
import { rewardProofSchema } from '../../src/shared/reward-proof.ts';
import { secretDigest } from '../../src/shared/secret-digest.ts';
import { finishJob, nameAddress } from './gateway-books.ts';
import { GatewayProcess } from './gateway-process.ts';
import { compareSettlement } from './settle-chaos-compare.ts';
import { GATA, type SettlingNetwork, startSettlingNetwork } from './settling-network.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface SettleChaosReport {
  readonly kills: number;
  readonly epochs: number;
  readonly vouchers: number;
  readonly claims: number;
  readonly settlerTransactions: number;
  readonly relayTransactions: number;
  readonly seconds: number;
  /** What must not be; empty when all is well. */
  readonly violations: readonly string[];
}

const API_KEY = 'chaos-buyer';
const BLOCK_MS = 150;
const JOB_EVERY_MS = 500;
/** A gateway that is alone may take so long to finish what the killed ones began. */
const REST_MS = 120_000;

/** Numbers that a seed repeats: the first bytes of hashes. */
function diceOf(seed: number): () => number {
  let throws = 0;
  return () => {
    throws += 1;
    return createHash('sha256').update(`${seed}:${throws}`).digest().readUInt32BE() / 2 ** 32;
  };
}

/**
 * Kills a gateway's process at random moments while it settles epochs, charges vouchers and sends claims on a real
 * chain, lets a last one finish, and compares its database with the chain.
 */
export async function runSettleChaos(options: {
  readonly kills: number;
  readonly seed: number;
  readonly log?: (line: string) => void;
}): Promise<SettleChaosReport> {
  await using cleanup = new AsyncDisposableStack();
  const startedMs = performance.now();
  const dice = diceOf(options.seed);
  const folder = cleanup.use(temporaryFolder()).path;
  const dataDir = path.join(folder, 'gateway');
  const database = path.join(dataDir, 'database');
  const network = cleanup.use(await startSettlingNetwork(folder, { disputeWindowSeconds: 1 }));
  const nodes = [Wallet.createRandom().address, Wallet.createRandom().address];
  const buyer = await network.buyer(1_000_000n * GATA);
  // Jobs end while it runs, so that each gateway that lives a moment has an epoch to freeze.
  const lastJobAt = await seedBooks(database, nodes, options.kills * 4 + 2);

  await network.anvil.provider.send('evm_setAutomine', [false]);
  const mining = setInterval(() => {
    network.anvil.provider.send('evm_mine', []).catch(() => {});
  }, BLOCK_MS);
  cleanup.defer(() => clearInterval(mining));

  const start = async () =>
    await GatewayProcess.start(
      dataDir,
      ...['--port', '0', '--broker-port', '0', '--network-profile', network.profileFile],
      ...['--settler-key-file', network.settlerKeyFile, '--relay-key-file', network.relayKeyFile],
      ...['--relay-minimum-wei', '1', '--relay-claims-per-day', '1000'],
      ...['--epoch-seconds', '1', '--confirmations', '2', '--charge-seconds', '1'],
    );
  const traffic = new Traffic(network, buyer, nodes, dice);
  for (let kill = 0; kill < options.kills; kill += 1) {
    const gateway = await start();
    cleanup.use(gateway);
    const lifeMs = 300 + dice() * 2000;
    await using calls = traffic.start(gateway.url);
    await sleep(lifeMs);
    await gateway.stop('SIGKILL');
    await calls.stop();
    options.log?.(`killed ${kill + 1} after ${Math.round(lifeMs)} ms`);
  }
  const last = await start();
  cleanup.use(last);
  const problem = await waitUntilDone(last.url, traffic, lastJobAt);
  await last.stop('SIGTERM');
  const db = await openDatabase(undefined, database);
  cleanup.defer(() => db.destroy());
  const compared = await compareSettlement(db, network, traffic.acceptedWei);
  return {
    kills: options.kills,
    ...compared,
    vouchers: traffic.vouchers,
    seconds: Math.round((performance.now() - startedMs) / 1000),
    violations: [...(problem === undefined ? [] : [problem]), ...compared.violations],
  };
}

/** @returns when the last of the jobs ends. */
async function seedBooks(database: string, nodes: readonly string[], jobs: number): Promise<number> {
  const db = await openDatabase(undefined, database);
  await new ApiKeyStore(db).add('chaos', secretDigest(API_KEY).toString('hex'));
  const [buyer] = await new ApiKeyStore(db).all();
  for (const node of nodes) await nameAddress(db, node.toLowerCase(), node);
  const now = Date.now();
  const endOf = (job: number) => now + job * JOB_EVERY_MS;
  for (let job = 0; job < jobs; job += 1) {
    const nodeId = (nodes[job % nodes.length] ?? '').toLowerCase();
    const work = { buyerId: buyer?.id ?? '', nodeId, creditWei: GATA + BigInt(job) };
    await finishJob(db, { ...work, finishedAt: new Date(endOf(job)) });
  }
  await db.destroy();
  return endOf(jobs - 1);
}

const vouchersSchema = z.object({
  vouchers: z.array(z.object({ cumulative: z.string(), chargedWei: z.string() })),
});

/** A buyer that hands in vouchers and nodes that ask for claims; a gateway that dies meanwhile answers nobody. */
class Traffic {
  readonly #network: SettlingNetwork;
  readonly #buyer: Parameters<SettlingNetwork['voucher']>[0];
  readonly #nodes: readonly string[];
  readonly #dice: () => number;
  readonly #claims = new Map<string, { readonly node: string; readonly cumulative: string }>();
  #cumulativeWei = 0n;
  /** Of the highest voucher that a gateway said it took; one that died may have taken a higher one. */
  acceptedWei = 0n;
  vouchers = 0;

  constructor(
    network: SettlingNetwork,
    buyer: Parameters<SettlingNetwork['voucher']>[0],
    nodes: readonly string[],
    dice: () => number,
  ) {
    this.#network = network;
    this.#buyer = buyer;
    this.#nodes = nodes;
    this.#dice = dice;
  }

  /** Calls until it is stopped, or nobody answers. */
  start(url: string): { stop(): Promise<void> } & AsyncDisposable {
    const ended = new AbortController();
    const run = async () => {
      while (!ended.signal.aborted) {
        await this.one(url);
        await sleep(50 + this.#dice() * 200);
      }
    };
    const running = run().catch(() => {});
    const stop = async () => {
      ended.abort();
      await running;
    };
    return { stop, [Symbol.asyncDispose]: stop };
  }

  async one(url: string): Promise<void> {
    if (this.#dice() < 0.5) await this.handIn(url);
    else await this.#claim(url, this.#nodes[Math.floor(this.#dice() * this.#nodes.length)] ?? '');
  }

  async handIn(url: string): Promise<void> {
    this.#cumulativeWei += GATA + BigInt(Math.floor(this.#dice() * 1e9));
    const cumulativeWei = this.#cumulativeWei;
    const body = JSON.stringify(await this.#network.voucher(this.#buyer, cumulativeWei));
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/buyers/me/voucher`, { method: 'PUT', headers, body });
    if (!answer.ok) return;
    this.acceptedWei = cumulativeWei;
    this.vouchers += 1;
  }

  /** @returns what is still on its way, for a person. */
  async open(url: string): Promise<string[]> {
    const headers = { authorization: `Bearer ${API_KEY}` };
    const answer = await fetch(`${url}/v1/buyers/me/voucher`, { headers });
    const { vouchers } = vouchersSchema.parse(await answer.json());
    const open = vouchers.filter(({ cumulative, chargedWei }) => cumulative !== chargedWei).map(String);
    for (const node of this.#nodes) {
      const found = await fetch(`${url}/v1/rewards/${node}`);
      const proof = rewardProofSchema.safeParse(await found.json());
      const { live, waitingWei } = proof.data ?? {};
      if (live !== true || (waitingWei !== undefined && waitingWei !== '0')) open.push(`root of ${node}`);
    }
    for (const { node, cumulative } of this.#claims.values()) {
      const { state, detail } = await this.#ask(url, node, cumulative);
      if (state === 'waiting' || state === 'sent') open.push(`claim of ${node}: ${detail}`);
    }
    return open;
  }

  async #claim(url: string, node: string): Promise<void> {
    const found = await fetch(`${url}/v1/rewards/${node}`);
    if (!found.ok) return;
    const { cumulative } = rewardProofSchema.parse(await found.json());
    this.#claims.set(`${node}:${cumulative}`, { node, cumulative });
    await this.#ask(url, node, cumulative);
  }

  async #ask(url: string, node: string, cumulative: string) {
    const body = JSON.stringify({ cumulative, stake: null });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/rewards/${node}/relay`, { method: 'POST', headers, body });
    // Whoever asks too often is told so.
    const told = claimRelayStateSchema.safeParse(await answer.json());
    return told.data ?? { state: 'waiting' as const, detail: `answered with ${answer.status}` };
  }
}

/** Everything that was begun is on the chain for good. @returns why not, when it takes too long. */
async function waitUntilDone(url: string, traffic: Traffic, lastJobAt: number): Promise<string | undefined> {
  await traffic.handIn(url);
  await sleep(Math.max(0, lastJobAt + 2000 - Date.now()));
  const until = performance.now() + REST_MS;
  let open: string[] = [];
  while (performance.now() < until) {
    open = await traffic.open(url);
    if (open.length === 0) return undefined;
    await sleep(700);
  }
  return `After ${REST_MS} ms alone the gateway was not done: ${open.join('; ')}.`;
}
