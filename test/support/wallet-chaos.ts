import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Contract, encryptKeystoreJson, Wallet } from 'ethers';
import { deployNetwork } from '../../contracts/deploy/deploy-network.ts';
import { localPlan } from '../../contracts/deploy/deployment-plan.ts';
import { TransactionJournal } from '../../src/agent/wallet/transactions/transaction-journal.ts';
import { CONTRACT_INTERFACES } from '../../src/shared/chain/contract-interfaces.ts';
import type { NetworkProfile } from '../../src/shared/network-profile.ts';
import type { WalletAction } from '../../src/shared/wallet-transactions.ts';
import { startAnvil } from './anvil.ts';
import { builtSigner } from './built-program.ts';
import { LIES, type LyingRpc, startLyingRpc } from './lying-rpc.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { WalletChild, type WantedOperation } from './wallet-chaos-child.ts';
import { compareWithChain } from './wallet-chaos-compare.ts';
import { ChaosGateway } from './wallet-chaos-gateway.ts';

const GATA = 10n ** 18n;
const STARTING_GATA = 1_000_000n * GATA;
const DEPTH = 5;
const REORGANISED_BLOCKS = 3;
const MOST_AT_ONCE = 8;
const LONGEST_LIFE_MS = 1500;
const PASSWORD = 'quittung sofa marzipan pendel';
/** Few rounds: the password is not what is tried here. */
const QUICK_SCRYPT = { N: 1024, r: 8, p: 1 };
const FAULTY_RELAYS_IN_TEN = 4;
/** What operations at random may run into without any trouble: they ask for what is not there. */
const RIGHTLY_REFUSED = /NothingReleased|QueueIsFull|ERC20InsufficientBalance|nothing to claim|is more than/i;

export interface ChaosReport {
  readonly operations: number;
  readonly outcomes: Record<string, number>;
  readonly failures: readonly string[];
  /** Operations that ended safely undone although what they asked for was there: the user has to ask again. */
  readonly needless: number;
  /** Of the wallet's program, and of its signer alone. */
  readonly kills: number;
  readonly signerKills: number;
  readonly relayed: number;
  readonly startsOver: number;
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
 * Runs operations of a wallet on a real chain while its program and the real signer's are killed and stand still, its
 * endpoints fail and lie, the gateway that sends claims does too, and the chain replaces its newest blocks; then
 * compares the journal with the chain.
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

  const gateway = cleanup.use(
    await ChaosGateway.start({ anvil, rewards: profile.contracts.rewards, account, dice }),
  );
  const signerEntry = await builtSigner();
  const keystore = await encryptKeystoreJson({ address: account, privateKey: wallet.privateKey }, PASSWORD, {
    scrypt: QUICK_SCRYPT,
  });
  writeFileSync(join(folder, 'wallet.json'), keystore, { mode: 0o600 });
  // From now on blocks come by themselves.
  await anvil.provider.send('evm_setAutomine', [false]);
  let isRunning = true;
  let kills = 0;
  let signerKills = 0;
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
    signerEntry,
    password: PASSWORD,
    gatewayUrl: gateway.url,
    depth: DEPTH,
  };
  const states = new Map<string, string>();
  const details = new Map<string, string | null>();
  const wanted = new Map<string, WantedOperation>();
  const isEnded = (id: string) => ['done', 'failed', 'cancelled', 'refused'].includes(states.get(id) ?? '');
  /** When it began to work; undefined: it has not. */
  let readyAtMs: number | undefined;
  const child = cleanup.use(
    new WalletChild(JSON.stringify(config), ({ id, state, detail }) => {
      // An end may be undone by a reorganisation, and comes again.
      if (id === '' && state === 'ready') readyAtMs = performance.now();
      else if (id !== '') states.set(id, state);
      details.set(id, detail);
    }),
  );
  child.start();

  // anvil's blocks fall apart when it makes one while it replaces others.
  let turn: Promise<unknown> = Promise.resolve();
  const change = (method: string, ...values: unknown[]) => {
    const done = turn.then(() => anvil.provider.send(method, values));
    turn = done.catch(() => undefined);
    return done;
  };
  // Endless blocks, passing time, new roots.
  loop(
    () => 50,
    async () => {
      await change('evm_mine');
    },
  );
  loop(
    () => 400,
    async () => {
      await change('evm_increaseTime', 12);
      await gateway.settle(oneOf([1n, 5n, 17n]) * GATA + BigInt(Math.floor(dice() * 1000)));
    },
  );
  // Trouble of every kind; one endpoint at a time, for two liars that agree cannot be found out.
  loop(
    () => 200 + dice() * 600,
    async () => {
      if (!isTrouble || options.isCalm === true) return;
      const dicedKind = dice();
      gateway.faultsInTen = dice() < 0.5 ? FAULTY_RELAYS_IN_TEN : 0;
      if (dicedKind < 0.1) {
        if (child.killSigner()) signerKills += 1;
      } else if (dicedKind < 0.15) {
        await child.delaySigner(700);
      } else if (dicedKind < 0.35) {
        // One that has not begun has nothing to lose, and on a busy machine nothing would ever be done.
        if (readyAtMs === undefined || performance.now() - readyAtMs < dice() * LONGEST_LIFE_MS) return;
        kills += 1;
        await child.kill();
        readyAtMs = undefined;
        child.start();
        for (const [id, each] of wanted) if (!isEnded(id)) child.submit(id, each);
      } else if (dicedKind < 0.52) {
        await change('anvil_reorg', REORGANISED_BLOCKS, []);
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
  const deadlineMs = performance.now() + options.timeoutMs;
  const inTime = () => performance.now() < deadlineMs;
  while (wanted.size < options.operations && inTime()) {
    if ([...wanted.keys()].filter((id) => !isEnded(id)).length >= MOST_AT_ONCE) {
      await sleep(20);
      continue;
    }
    const id = randomUUID();
    const action: WalletAction = wanted.size === 0 ? { kind: 'stake', amount: '1000' } : nextAction();
    const isClaim = action.kind === 'claim' || action.kind === 'claim-and-stake';
    const operation = { action, relayed: isClaim && dice() < 0.4 };
    wanted.set(id, operation);
    child.submit(id, operation);
    if (wanted.size % 25 === 0)
      options.log?.(
        `${wanted.size} operations begun, ${kills} and ${signerKills} kills, ${reorganisations} reorganisations`,
      );
  }
  while (![...wanted.keys()].every(isEnded) && inTime()) await sleep(50);
  // Everything works again; nothing may change any more.
  isTrouble = false;
  gateway.faultsInTen = 0;
  for (const endpoint of endpoints) endpoint.behaviour = 'honest';
  await sleep(20 * 50);
  await child.kill();
  child.start();
  for (const [id, each] of wanted) if (!isEnded(id)) child.submit(id, each);
  while (![...wanted.keys()].every(isEnded) && performance.now() < deadlineMs + 30_000) await sleep(50);
  await child.kill();
  isRunning = false;
  await Promise.all(loops);

  using journal = TransactionJournal.open(join(folder, 'wallet', `transactions-${profile.chainId}.jsonl`));
  const violations = await compareWithChain(
    anvil.provider,
    {
      ...{ account, profile, token, rewards, governor },
      relayAddress: gateway.relayAddress,
      startingGata: STARTING_GATA,
    },
    journal.operations,
  );
  for (const [id, { action }] of wanted) {
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
    failures: [...wanted].flatMap(([id, { action }]) =>
      ['failed', 'refused'].includes(states.get(id) ?? '') ? [`${action.kind}: ${details.get(id)}`] : [],
    ),
    kills,
    signerKills,
    relayed: journal.operations.filter(({ relay }) => relay.settled !== null).length,
    startsOver: journal.operations.reduce((sum, { startedOver }) => sum + startedOver.times, 0),
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
