import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Interface } from 'ethers';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { openTransactions } from '../../../../src/agent/wallet/open-transactions.ts';
import { CONTRACT_INTERFACES } from '../../../../src/shared/chain/contract-interfaces.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { startLyingRpc } from '../../../support/lying-rpc.ts';
import { startWalletBench, type WalletBench } from '../../../support/wallet-bench.ts';

const WAIT = { timeout: 30_000, interval: 50 };
const DEPTH = 2;

/** The wallet of the first bench on the chain of another, or on this one through other endpoints. */
function openOn(bench: WalletBench, { profile, anvil }: WalletBench, rpcUrls = profile.rpcUrls) {
  const { dataFolder, signer, proofs, account } = bench;
  const transactions = openTransactions({
    ...{ dataFolder, signer, proofs },
    profile: { ...profile, rpcUrls },
    limits: () => ({ gasPriceCeilingWei: 10n ** 12n }),
    clock: systemClock,
    logger: pino({ enabled: false }),
    pace: {
      ...{ lookMs: 20, sendAgainMs: 300, replaceMs: 60_000, proofMs: 60_000, depth: DEPTH },
      ...{ relayMs: 60_000, askMs: 20 },
    },
  });
  const { engine } = transactions;
  const kept: string[] = [];
  engine.on('chain-replaced', (keptAs) => kept.push(keptAs));
  engine.start();
  return {
    engine,
    kept,
    submit: (): string => {
      const id = randomUUID();
      const data = new Interface(CONTRACT_INTERFACES.staking).encodeFunctionData('delegate', [account]);
      const calls = [{ name: 'staking.delegate', to: profile.contracts.staking, data }];
      const action = { kind: 'delegate' as const, to: account };
      engine.submit({ id, account, action, calls, signElsewhere: false, relayed: false });
      return id;
    },
    becomesDone: (id: string) =>
      vi.waitFor(async () => {
        await anvil.provider.send('evm_mine', []);
        expect(engine.operations.find((each) => each.id === id)?.ended, engine.problemOf(id) ?? '').toEqual({
          outcome: 'done',
          detail: null,
        });
      }, WAIT),
    [Symbol.asyncDispose]: () => transactions[Symbol.asyncDispose](),
  };
}

test('begins a new journal on a chain that was begun anew, keeps the old one, and on no lie of an endpoint', {
  timeout: 120_000,
}, async () => {
  await using first = await startWalletBench();
  const folder = join(first.dataFolder, 'wallet');
  const name = `transactions-${first.anvil.chainId}.jsonl`;
  {
    await using wallet = openOn(first, first);
    await wallet.becomesDone(wallet.submit());
    await wallet.becomesDone(wallet.submit());
    expect(wallet.kept).toEqual([]);
  }
  const before = readFileSync(join(folder, name), 'utf8');
  {
    // One of two endpoints shows another first block: nothing is done until it does not any more.
    await using liar = await startLyingRpc(first.anvil.url);
    liar.behaviour = 'other-genesis';
    await using wallet = openOn(first, first, [first.anvil.url, liar.url]);
    const id = wallet.submit();
    await vi.waitFor(() => expect(liar.wrongs).toBeGreaterThan(5), WAIT);
    expect(wallet.engine.operations.find((each) => each.id === id)?.attempts).toEqual([]);
    liar.behaviour = 'honest';
    await wallet.becomesDone(id);
    expect(wallet.kept).toEqual([]);
  }
  expect(readFileSync(join(folder, name), 'utf8').startsWith(before)).toBe(true);

  await using second = await startWalletBench();
  expect(second.anvil.chainId).toBe(first.anvil.chainId);
  await second.anvil.provider.send('anvil_setBalance', [first.account, '0x3635c9adc5dea00000']);
  const old = readFileSync(join(folder, name), 'utf8');
  await using wallet = openOn(first, second);
  // Nothing is under way, and yet it is seen.
  await vi.waitFor(() => expect(wallet.kept).toHaveLength(1), WAIT);
  expect(wallet.engine.operations).toEqual([]);
  const id = wallet.submit();
  await wallet.becomesDone(id);
  expect(wallet.engine.operations[0]?.attempts[0]?.nonce).toBe(0);
  expect(readFileSync(join(folder, wallet.kept[0] ?? ''), 'utf8')).toBe(old);
  expect(readdirSync(folder).sort()).toEqual([name, wallet.kept[0]].sort());
});
