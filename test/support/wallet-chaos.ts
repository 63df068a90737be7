import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { StandardMerkleTree } from '@openzeppelin/merkle-tree';
import { Contract, formatUnits, type JsonRpcProvider, NonceManager, Wallet } from 'ethers';
import { z } from 'zod';
import { deployNetwork } from '../../contracts/deploy/deploy-network.ts';
import { localPlan } from '../../contracts/deploy/deployment-plan.ts';
import type { Operation } from '../../src/agent/wallet/transactions/operation.ts';
import { TransactionJournal } from '../../src/agent/wallet/transactions/transaction-journal.ts';
import { CONTRACT_INTERFACES } from '../../src/shared/chain/contract-interfaces.ts';
import type { NetworkProfile } from '../../src/shared/network-profile.ts';
import type { WalletAction } from '../../src/shared/wallet-transactions.ts';
import { type Anvil, startAnvil } from './anvil.ts';
import { LIES, type LyingRpc, startLyingRpc } from './lying-rpc.ts';
import { temporaryFolder } from './temporary-folder.ts';

const GATA = 10n ** 18n;
const STARTING_GATA = 1_000_000n * GATA;
const DEPTH = 5;
const REORGANISED_BLOCKS = 3;
const MOST_AT_ONCE = 4;
/** What operations at random may run into without any trouble: they ask for what is not there. */
const RIGHTLY_REFUSED = /NothingReleased|QueueIsFull|ERC20InsufficientBalance|nothing to claim|is more than/i;

export interface ChaosReport {
  readonly operations: number;
  readonly outcomes: Record<string, number>;
  readonly failures: readonly string[];
  /** Operations that ended safely undone although what they asked for was there: the user has to ask again. */
  readonly needless: number;
  readonly kills: number;
  readonly reorganisations: number;
  readonly wrongAnswers: number;
  readonly transactions: number;
  readonly retriedNonces: number;
  readonly seconds: number;
  /** What must not be; empty when all is well. */
  readonly violations: readonly string[];
}

/** Numbers that a seed repeats (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs operations of a wallet on a real chain while its program is killed, its endpoints fail and lie, its signer
 * fails, and the chain replaces its newest blocks; then compares the journal with the chain.
 */
export async function runWalletChaos(options: {
  readonly operations: number;
  readonly seed: number;
  readonly timeoutMs: number;
  /** Without any trouble, to compare with. */
  readonly isCalm?: boolean;
  readonly log?: (line: string) => void;
}): Promise<ChaosReport> {
  await using cleanup = new AsyncDisposableStack();
  const startedMs = performance.now();
  const dice = diceOf(options.seed);
  const oneOf = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(dice() * items.length)];
    if (item === undefined) throw new Error('Nothing to choose from.');
    return item;
  };
  const folder = cleanup.use(temporaryFolder()).path;
  const anvil = cleanup.use(await startAnvil());
  const endpoints = [
    cleanup.use(await startLyingRpc(anvil.url)),
    cleanup.use(await startLyingRpc(anvil.url)),
  ] as const;
  const roles = {
    settler: anvil.deployerAddress,
    guardian: anvil.deployerAddress,
    verifier: anvil.deployerAddress,
  };
  const plan = { ...localPlan(anvil.url, anvil.chainId, roles), votingPeriodSeconds: 100_000_000 };
  const deployed = await deployNetwork(anvil.deployer, plan);
  const profile: NetworkProfile = { ...deployed, rpcUrls: endpoints.map(({ url }) => url) };
  const wallet = Wallet.createRandom();
  const account = wallet.address;

  const contractOf = (role: 'token' | 'rewards' | 'staking' | 'governor') =>
    new Contract(
      role === 'token' ? profile.token.address : profile.contracts[role],
      CONTRACT_INTERFACES[role],
      anvil.deployer,
    );
  const [token, rewards, staking, governor] = [
    contractOf('token'),
    contractOf('rewards'),
    contractOf('staking'),
    contractOf('governor'),
  ];
  const send = async (contract: Contract, name: string, ...values: unknown[]) => {
    const sent = await contract.getFunction(name).send(...values);
    await sent.wait();
  };
  await anvil.provider.send('anvil_setBalance', [account, `0x${(10n ** 21n).toString(16)}`]);
  await send(token, 'transfer', account, STARTING_GATA);
  await send(token, 'transfer', profile.contracts.rewards, 10_000_000n * GATA);
  await send(token, 'approve', profile.contracts.staking, 10n * GATA);
  await send(staking, 'deposit', 10n * GATA, anvil.deployerAddress);
  await anvil.pass(2);
  const proposals = await propose(governor, profile, Math.ceil(options.operations / 8));
  await anvil.pass(3);

  const settler = await Settler.start(anvil, rewards, account);
  cleanup.use(settler);
  // From now on blocks come by themselves.
  await anvil.provider.send('evm_setAutomine', [false]);
  let isRunning = true;
  let kills = 0;
  let reorganisations = 0;
  let isTrouble = true;
  const loops: Promise<void>[] = [];
  const loop = (everyMs: () => number, act: () => Promise<void>) => {
    const run = async () => {
      while (isRunning) {
        // A chain that replaces blocks refuses some requests; the next time it takes them.
        await act().catch(() => undefined);
        await sleep(everyMs());
      }
    };
    loops.push(run());
  };
  cleanup.defer(async () => {
    isRunning = false;
    await Promise.all(loops);
  });

  const config = {
    dataFolder: folder,
    profile,
    privateKey: wallet.privateKey,
    gatewayUrl: settler.url,
    depth: DEPTH,
    signerFaultPercent: 5,
  };
  const states = new Map<string, string>();
  const details = new Map<string, string | null>();
  const wanted = new Map<string, WalletAction>();
  let isReady = false;
  const child = cleanup.use(
    new WalletChild(JSON.stringify(config), ({ id, state, detail }) => {
      // An end may be undone by a reorganisation, and comes again.
      if (id === '') isReady = true;
      else states.set(id, state);
      details.set(id, detail);
    }),
  );
  child.start();

  // Endless blocks, passing time, new roots.
  loop(
    () => 50,
    async () => {
      await anvil.provider.send('evm_mine', []);
    },
  );
  loop(
    () => 400,
    async () => {
      await anvil.provider.send('evm_increaseTime', [12]);
      await settler.settle(oneOf([1n, 5n, 17n]) * GATA + BigInt(Math.floor(dice() * 1000)));
    },
  );
  // Trouble of every kind; one endpoint at a time, for two liars that agree cannot be found out.
  loop(
    () => 200 + dice() * 600,
    async () => {
      if (!isTrouble || options.isCalm === true) return;
      const dicedKind = dice();
      if (dicedKind < 0.25) {
        // One that has not begun has nothing to lose.
        if (!isReady) return;
        kills += 1;
        await child.kill();
        isReady = false;
        child.start();
        for (const [id, action] of wanted) if (!states.has(id)) child.submit(id, action);
      } else if (dicedKind < 0.45) {
        await anvil.provider.send('anvil_reorg', [REORGANISED_BLOCKS, []]);
        reorganisations += 1;
      } else {
        for (const endpoint of endpoints) endpoint.behaviour = 'honest';
        if (dicedKind < 0.9) oneOf(endpoints).behaviour = oneOf(LIES);
      }
    },
  );

  const unvoted = [...proposals];
  const nextAction = (): WalletAction => {
    const proposal = unvoted.at(-1);
    const amount = `${1 + Math.floor(dice() * 50)}.${1 + Math.floor(dice() * 9_999)}`;
    const kind = oneOf([
      'claim',
      'claim-and-stake',
      'stake',
      'stake',
      'unstake',
      'withdraw',
      'vote',
    ] as const);
    if (kind === 'stake' || (kind === 'vote' && proposal === undefined)) return { kind: 'stake', amount };
    if (kind === 'unstake') return { kind, amount: `${1 + Math.floor(dice() * 5)}.5` };
    if (kind !== 'vote' || proposal === undefined) return { kind: kind === 'vote' ? 'claim' : kind };
    unvoted.pop();
    return { kind, proposalId: String(proposal), support: oneOf(['for', 'against', 'abstain'] as const) };
  };
  const isEnded = (id: string) => ['done', 'failed', 'cancelled', 'refused'].includes(states.get(id) ?? '');
  const deadlineMs = performance.now() + options.timeoutMs;
  const inTime = () => performance.now() < deadlineMs;
  while (wanted.size < options.operations && inTime()) {
    if ([...wanted.keys()].filter((id) => !isEnded(id)).length >= MOST_AT_ONCE) {
      await sleep(20);
      continue;
    }
    const id = randomUUID();
    const action: WalletAction = wanted.size === 0 ? { kind: 'stake', amount: '1000' } : nextAction();
    wanted.set(id, action);
    child.submit(id, action);
    if (wanted.size % 25 === 0)
      options.log?.(`${wanted.size} operations begun, ${kills} kills, ${reorganisations} reorganisations`);
  }
  while (![...wanted.keys()].every(isEnded) && inTime()) await sleep(50);
  // Everything works again; nothing may change any more.
  isTrouble = false;
  for (const endpoint of endpoints) endpoint.behaviour = 'honest';
  await sleep(20 * 50);
  await child.kill();
  child.start();
  for (const [id, action] of wanted) if (!isEnded(id)) child.submit(id, action);
  while (![...wanted.keys()].every(isEnded) && performance.now() < deadlineMs + 30_000) await sleep(50);
  await child.kill();
  isRunning = false;
  await Promise.all(loops);

  using journal = TransactionJournal.open(join(folder, 'wallet', `transactions-${profile.chainId}.jsonl`));
  const violations = await compare(
    anvil.provider,
    { account, profile, token, rewards, governor },
    journal.operations,
  );
  for (const [id, action] of wanted) {
    const isKnown = journal.get(id)?.ended != null;
    if (!isKnown && states.get(id) !== 'refused') {
      violations.push(`${action.kind} ${id} was lost: ${states.get(id)} ${details.get(id)}`);
    }
  }
  const outcomes: Record<string, number> = {};
  for (const id of wanted.keys()) {
    const state = states.get(id) ?? 'lost';
    outcomes[state] = (outcomes[state] ?? 0) + 1;
  }
  return {
    operations: wanted.size,
    outcomes,
    failures: [...wanted].flatMap(([id, { kind }]) =>
      ['failed', 'refused'].includes(states.get(id) ?? '') ? [`${kind}: ${details.get(id)}`] : [],
    ),
    kills,
    reorganisations,
    wrongAnswers: endpoints.reduce((sum, { wrongs }: LyingRpc) => sum + wrongs, 0),
    transactions: await anvil.provider.getTransactionCount(account),
    retriedNonces: journal.operations.reduce(
      (sum, { attempts }) => sum + attempts.length - new Set(attempts.map(({ nonce }) => nonce)).size,
      0,
    ),
    seconds: Math.round((performance.now() - startedMs) / 1000),
    needless: [...wanted.keys()].filter(
      (id) =>
        ['failed', 'refused'].includes(states.get(id) ?? '') && !RIGHTLY_REFUSED.test(details.get(id) ?? ''),
    ).length,
    violations,
  };
}

/** Compares what the journal says with every transaction of the account on the chain, and with the contracts. */
async function compare(
  provider: JsonRpcProvider,
  parts: { account: string; profile: NetworkProfile; token: Contract; rewards: Contract; governor: Contract },
  operations: readonly Operation[],
): Promise<string[]> {
  const { account, token, rewards, governor } = parts;
  const violations: string[] = [];
  const onChain = new Map<string, boolean>();
  const head = await provider.getBlockNumber();
  for (let height = 0; height <= head; height += 1) {
    const block = await provider.getBlock(height, true);
    for (const transaction of block?.prefetchedTransactions ?? []) {
      if (transaction.from !== account) continue;
      const receipt = await provider.getTransactionReceipt(transaction.hash);
      onChain.set(transaction.hash, receipt?.status === 1);
    }
  }
  const attempts = operations.flatMap((operation) => operation.attempts);
  for (const hash of onChain.keys()) {
    if (!attempts.some((attempt) => attempt.hash === hash)) violations.push(`${hash} is not in the journal.`);
  }
  const nonces = new Set(attempts.map(({ nonce }) => nonce));
  if (nonces.size !== onChain.size) violations.push(`${nonces.size} nonces, ${onChain.size} transactions.`);
  let [claimed, staked, withdrawn] = [0n, 0n, 0n];
  for (const { id, action, calls, attempts: own, ended } of operations) {
    for (const index of calls.keys()) {
      const done = own.filter(
        (each) => each.call === index && each.purpose === 'call' && onChain.get(each.hash) === true,
      ).length;
      if (done > 1) violations.push(`${action.kind} ${id} was done ${done} times.`);
      const mustBeDone = ended?.outcome === 'done' && ended.detail === null;
      if (mustBeDone && done !== 1) violations.push(`${action.kind} ${id} is said to be done and is not.`);
      const isLast = index === calls.length - 1;
      if (!mustBeDone && isLast && done > 0)
        violations.push(`${action.kind} ${id} was done and is said not to be.`);
    }
    for (const { mined, hash } of own) {
      if (mined === null) continue;
      if (onChain.get(hash) !== mined.succeeded)
        violations.push(`${hash} is not on the chain as the journal says.`);
      claimed += BigInt(mined.effects.claimedWei);
      staked += BigInt(mined.effects.stakedWei);
      withdrawn += BigInt(mined.effects.withdrawnWei);
    }
    if (action.kind === 'vote' && ended?.outcome === 'done') {
      const hasVoted = await governor.getFunction('hasVoted').staticCall(action.proposalId, account);
      if (hasVoted !== true) violations.push(`The vote on ${action.proposalId} is missing.`);
    }
  }
  const paid: bigint = await rewards.getFunction('claimed').staticCall(account);
  if (claimed !== paid)
    violations.push(`Claimed ${formatUnits(paid)}, the journal says ${formatUnits(claimed)}.`);
  const balance: bigint = await token.getFunction('balanceOf').staticCall(account);
  const expected = STARTING_GATA + claimed - staked + withdrawn;
  if (balance !== expected)
    violations.push(`There are ${formatUnits(balance)}, the journal says ${formatUnits(expected)}.`);
  return violations;
}

/** Proposals whose vote has begun. */
async function propose(governor: Contract, profile: NetworkProfile, count: number): Promise<bigint[]> {
  const ids: bigint[] = [];
  for (let index = 0; index < count; index += 1) {
    const values = [[profile.contracts.models], [0n], ['0x'], `Proposal ${index}`] as const;
    ids.push(await governor.getFunction('propose').staticCall(...values));
    const sent = await governor.getFunction('propose').send(...values);
    await sent.wait();
  }
  return ids;
}

/** A gateway's settler, and what it answers to claimants. */
class Settler implements AsyncDisposable {
  readonly url: string;
  readonly #close: () => Promise<void>;
  readonly #settle: (earned: bigint) => Promise<void>;

  private constructor(url: string, settle: (earned: bigint) => Promise<void>, close: () => Promise<void>) {
    this.url = url;
    this.#settle = settle;
    this.#close = close;
  }

  static async start(anvil: Anvil, rewards: Contract, account: string): Promise<Settler> {
    let cumulative = 0n;
    /** By root, what it says; a reorganisation may take a root away, and the one before is the newest again. */
    const proofs = new Map<string, { cumulative: bigint; proof: string[] }>();
    let served: { epoch: bigint; root: string } | undefined;
    const server = createServer((_request, response) => {
      const known = served && proofs.get(served.root);
      if (served === undefined || known === undefined) {
        response.writeHead(404).end();
        return;
      }
      response.end(
        JSON.stringify({
          epoch: Number(served.epoch),
          cumulative: String(known.cumulative),
          proof: known.proof,
          root: served.root,
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The gateway has no port.');
    const signer = new NonceManager(new Wallet(anvil.deployerKey, anvil.provider));
    const contract = new Contract(await rewards.getAddress(), CONTRACT_INTERFACES.rewards, signer);
    const settle = async (earned: bigint) => {
      const [epoch, root] = await contract.getFunction('liveRoot').staticCall();
      const [pendingEpoch, pendingRoot] = await contract.getFunction('pendingRoot').staticCall();
      if (pendingEpoch > 0n) {
        // Named before it is live: a claim with it has to wait.
        served = { epoch: pendingEpoch, root: pendingRoot };
        return;
      }
      if (epoch > 0n) served = { epoch, root };
      cumulative += earned;
      const tree = StandardMerkleTree.of(
        [
          [account, cumulative],
          [anvil.deployerAddress, 1n],
        ],
        ['address', 'uint256'],
      );
      proofs.set(tree.root, { cumulative, proof: tree.getProof([account, cumulative]) });
      signer.reset();
      // A reorganisation may take it away again; the next time sees that.
      await contract
        .getFunction('submitRoot')
        .send(epoch + 1n, tree.root, cumulative + 1n, { gasLimit: 300_000n })
        .catch(() => undefined);
    };
    const close = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return new Settler(`http://127.0.0.1:${address.port}`, settle, close);
  }

  settle(earned: bigint): Promise<void> {
    return this.#settle(earned);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

const newsSchema = z.object({ id: z.string(), state: z.string(), detail: z.string().nullable() });

/** The program that is killed and started again. */
class WalletChild implements AsyncDisposable {
  readonly #config: string;
  readonly #onNews: (news: z.infer<typeof newsSchema>) => void;
  #child: ChildProcess | undefined;

  constructor(config: string, onNews: (news: z.infer<typeof newsSchema>) => void) {
    this.#config = config;
    this.#onNews = onNews;
  }

  start(): void {
    const program = join(import.meta.dirname, 'wallet-process.ts');
    const child = spawn(process.execPath, ['--conditions=source', program, this.#config], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) =>
      this.#onNews(newsSchema.parse(JSON.parse(line))),
    );
  }

  submit(id: string, action: WalletAction): void {
    this.#child?.stdin?.write(`${JSON.stringify({ id, action })}\n`);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
