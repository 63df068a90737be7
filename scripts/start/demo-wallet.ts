import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatEther, hexlify } from 'ethers';
import { sealSignerSecret } from '../../src/shared/seal-signer-secret.ts';
import { walletKeySchema, walletStateSchema } from '../../src/shared/wallet.ts';
import {
  actionPlanSchema,
  type OperationView,
  operationsPageSchema,
  operationViewSchema,
  type WalletAction,
  walletLedgerSchema,
} from '../../src/shared/wallet-transactions.ts';
import type { EmbeddedChain } from './embedded-chain.ts';
import type { AgentProgram } from './programs.ts';

const LOOK_MS = 500;
/** Enough for thousands of claims on a chain where coins are worth nothing. */
const DEMO_COINS = '1';
const FEW_COINS = '0.1';

/** One transaction of `--once`. */
export interface DemoTransaction {
  readonly hash: string;
  readonly gata: string;
}

type Agent = Pick<AgentProgram, 'request'>;

/** Gives the agent a wallet of its own for a run that keeps nothing; its key and password are known to nobody else. */
export async function giveDemoWallet(agent: Agent, chain: Pick<EmbeddedChain, 'sendCoins'>): Promise<void> {
  const { boxKey } = walletKeySchema.parse(await agent.request('POST', '/v1/wallet/key'));
  const secret = {
    password: randomBytes(24).toString('base64url'),
    from: { kind: 'private-key' as const, privateKey: hexlify(randomBytes(32)) },
  };
  const box = await sealSignerSecret('import', secret, boxKey);
  const { address } = walletStateSchema.parse(await agent.request('POST', '/v1/wallet/import', { box }));
  if (address === null) throw new Error('The wallet has no address.');
  await chain.sendCoins(address, DEMO_COINS);
}

/** Waits until something can be claimed, claims it and stakes it. */
export async function claimAndStake(
  agent: Agent,
  signal: AbortSignal,
): Promise<{ claim: DemoTransaction; stake: DemoTransaction }> {
  for (;;) {
    const ledger = walletLedgerSchema.parse(await agent.request('GET', '/v1/wallet/ledger'));
    if (BigInt(ledger.claimableWei) > 0n) break;
    await sleep(LOOK_MS, undefined, { signal });
  }
  const claimed = await perform(agent, { kind: 'claim' }, signal);
  const gata = formatEther(claimed.effects.claimedWei);
  const staked = await perform(agent, { kind: 'stake', amount: gata }, signal);
  return {
    claim: { hash: lastHash(claimed), gata },
    stake: { hash: lastHash(staked), gata: formatEther(staked.effects.stakedWei) },
  };
}

/** Keeps an account of the demo able to pay fees, as a faucet does on test networks. */
export async function keepInCoins(
  agent: Agent,
  chain: Pick<EmbeddedChain, 'sendCoins' | 'coinsOf'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { address } = walletStateSchema.parse(await agent.request('GET', '/v1/wallet'));
    if (address !== null && (await chain.coinsOf(address)) < Number(FEW_COINS)) {
      await chain.sendCoins(address, DEMO_COINS);
    }
    await sleep(5000, undefined, { signal }).catch(() => {});
  }
}

async function perform(agent: Agent, action: WalletAction, signal: AbortSignal): Promise<OperationView> {
  const plan = actionPlanSchema.parse(await agent.request('POST', '/v1/wallet/plans', { action }));
  const { id } = operationViewSchema.parse(
    await agent.request('POST', '/v1/wallet/operations', { confirmationId: plan.confirmationId }),
  );
  for (;;) {
    const page = operationsPageSchema.parse(await agent.request('GET', '/v1/wallet/operations'));
    const operation = page.operations.find((each) => each.id === id);
    if (operation?.state === 'mined' || operation?.state === 'done') return operation;
    if (operation?.state === 'failed' || operation?.state === 'cancelled') {
      throw new Error(`The wallet could not ${action.kind}: ${operation.detail ?? operation.state}`);
    }
    await sleep(LOOK_MS, undefined, { signal });
  }
}

function lastHash({ transactions }: OperationView): string {
  const last = transactions.findLast(({ succeeded }) => succeeded === true);
  if (last === undefined) throw new Error('No transaction did it.');
  return last.hash;
}
