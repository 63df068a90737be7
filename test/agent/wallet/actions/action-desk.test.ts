import { randomUUID } from 'node:crypto';
import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { operationCsvLine } from '../../../../src/agent/wallet/ledger/ledger-csv.ts';
import type { UnsignedTransaction } from '../../../../src/shared/signer-protocol.ts';
import { startLyingRpc } from '../../../support/lying-rpc.ts';
import { type OpenWallet, startWalletBench, type WalletBench } from '../../../support/wallet-bench.ts';

const GATA = 10n ** 18n;
const WAIT = { timeout: 20_000, interval: 50 };

describe.sequential('what the wallet does', () => {
  let bench: WalletBench;
  beforeAll(async () => {
    bench = await startWalletBench();
  });
  afterAll(async () => {
    await bench[Symbol.asyncDispose]();
  });
  /** Blocks come until it is so. */
  const becomes = (wallet: OpenWallet, id: string, state: string) =>
    vi.waitFor(async () => {
      await bench.anvil.provider.send('evm_mine', []);
      expect(wallet.view(id), JSON.stringify(wallet.view(id))).toMatchObject({ state });
    }, WAIT);
  const balance = async (): Promise<bigint> =>
    bench.contract('token').getFunction('balanceOf').staticCall(bench.account);

  test('claims exactly what is due, stakes, and shows what that did', async () => {
    await using wallet = bench.open();
    await bench.earn(7n * GATA);
    const plan = await wallet.desk.plan({ action: { kind: 'claim' }, signElsewhere: false });
    expect(plan).toMatchObject({
      summary: 'Claim 7.0 tGATA.',
      amountWei: String(7n * GATA),
      warnings: [],
    });
    expect(BigInt(plan.fee.nativeWei)).toBe(BigInt(plan.fee.gas) * BigInt(plan.fee.gasPriceWei));
    const { id } = wallet.desk.confirm(plan.confirmationId);
    expect(wallet.desk.confirm(plan.confirmationId).id).toBe(id);
    await becomes(wallet, id, 'done');
    expect(wallet.view(id).effects.claimedWei).toBe(String(7n * GATA));
    expect(await balance()).toBe(1007n * GATA);
    const stake = await wallet.act({ kind: 'stake', amount: '100.5' });
    await becomes(wallet, stake, 'done');
    expect(wallet.view(stake).transactions).toHaveLength(2);
    expect(await balance()).toBe(906n * GATA + GATA / 2n);
    expect(await wallet.desk.ledger()).toMatchObject({
      earnedWei: String(7n * GATA),
      claimableWei: '0',
      claimedWei: String(7n * GATA),
      claimedHereWei: String(7n * GATA),
      walletWei: String(906n * GATA + GATA / 2n),
      stakedHereWei: String(100n * GATA + GATA / 2n),
    });
    const [newest] = wallet.desk.operations().map(operationCsvLine);
    for (const { hash } of wallet.view(stake).transactions) expect(newest).toContain(hash);
    expect(newest).toContain(`,${100n * GATA + GATA / 2n},`);
    await expect(wallet.desk.plan({ action: { kind: 'claim' }, signElsewhere: false })).rejects.toMatchObject(
      {
        code: 'conflict',
        message: 'There is nothing to claim yet.',
      },
    );
  });

  test('takes no amount that makes no sense, and no confirmation that was not shown', async () => {
    await using wallet = bench.open();
    const stake = (amount: string) =>
      wallet.desk.plan({ action: { kind: 'stake', amount }, signElsewhere: false });
    await expect(stake('1.0000000000000000001')).rejects.toThrow('too many decimals: tGATA has 18');
    await expect(stake('100000')).rejects.toThrow('is more than the 906.5 tGATA that there are');
    await expect(stake('-1')).rejects.toThrow('is no amount of tGATA');
    await expect(stake('0.0')).rejects.toThrow('is nothing');
    expect(() => wallet.desk.confirm(randomUUID())).toThrow('no longer valid');
  });

  test('waits for the wallet to be unlocked, and goes on after a restart', async () => {
    bench.signer.isLocked = true;
    let id: string;
    {
      await using wallet = bench.open();
      id = await wallet.act({ kind: 'unstake', amount: '10' });
      await vi.waitFor(() => expect(wallet.view(id).detail).toContain('The wallet is locked'), WAIT);
      expect(wallet.view(id)).toMatchObject({ state: 'waiting', transactions: [] });
    }
    const journal = join(bench.dataFolder, 'wallet', 'transactions-31337.jsonl');
    expect(statSync(journal).mode & 0o777).toBe(0o600);
    // A line that was cut short announces nothing.
    appendFileSync(journal, '{"type":"signed","id"');
    bench.signer.isLocked = false;
    await using wallet = bench.open();
    await becomes(wallet, id, 'done');
    expect(wallet.view(id).transactions).toHaveLength(1);
  });

  test('replaces what no block takes by something dearer, and cancels it when asked', async () => {
    const { provider } = bench.anvil;
    await provider.send('evm_setAutomine', [false]);
    await using wallet = bench.open({ replaceMs: 500 });
    const before = await balance();
    const id = await wallet.act({ kind: 'stake', amount: '1' });
    await vi.waitFor(() => expect(wallet.view(id).transactions.length).toBeGreaterThanOrEqual(2), WAIT);
    wallet.desk.cancel(id);
    await vi.waitFor(() => expect(wallet.view(id).transactions.at(-1)?.purpose).toBe('cancel'), WAIT);
    const { transactions } = wallet.view(id);
    expect(new Set(transactions.map(({ nonce }) => nonce)).size).toBe(1);
    await becomes(wallet, id, 'cancelled');
    expect(await balance()).toBe(before);
    await provider.send('evm_setAutomine', [true]);
  });

  test('sends what was signed elsewhere, and nothing else', async () => {
    await using wallet = bench.open({ watching: true });
    await expect(wallet.act({ kind: 'stake', amount: '2' })).rejects.toThrow('has no key for it');
    const id = await wallet.act({ kind: 'delegate', to: bench.account }, true);
    const unsigned = await vi.waitFor(() => {
      const waiting = wallet.view(id).unsigned;
      if (waiting === null) throw new Error('not yet');
      return waiting;
    }, WAIT);
    const sign = (transaction: UnsignedTransaction, key = bench.privateKey) => {
      const {
        maxFeePerGasWei: maxFeePerGas,
        maxPriorityFeePerGasWei: maxPriorityFeePerGas,
        ...rest
      } = transaction;
      return new Wallet(key).signTransaction({ ...rest, type: 2, maxFeePerGas, maxPriorityFeePerGas });
    };
    const other = { ...unsigned, to: bench.profile.contracts.escrow };
    const refused = 'It was not sent.';
    const stranger = Wallet.createRandom().privateKey;
    for (const raw of [await sign(other), await sign(unsigned, stranger), '0x1234']) {
      expect(() => wallet.desk.acceptSigned(id, raw)).toThrow(refused);
    }
    const raw = await sign(unsigned);
    wallet.desk.acceptSigned(id, raw);
    wallet.desk.acceptSigned(id, raw);
    await becomes(wallet, id, 'done');
    expect(wallet.view(id).transactions).toHaveLength(1);
  });

  test('waits while gas is dearer than the ceiling', async () => {
    bench.gasPriceCeilingWei = 1n;
    await using wallet = bench.open();
    const id = await wallet.act({ kind: 'delegate', to: bench.account });
    await vi.waitFor(() => expect(wallet.view(id).detail).toContain('more than your ceiling'), WAIT);
    bench.gasPriceCeilingWei = 10n ** 12n;
    await becomes(wallet, id, 'done');
  });

  test('does nothing on another chain, nor on one endpoint’s word against another’s', async () => {
    await using first = await startLyingRpc(bench.anvil.url);
    await using second = await startLyingRpc(bench.anvil.url);
    await using wallet = bench.open({ rpcUrls: [first.url, second.url] });
    const plan = () =>
      wallet.desk.plan({ action: { kind: 'delegate', to: bench.account }, signElsewhere: false });
    first.behaviour = 'wrong-chain';
    second.behaviour = 'wrong-chain';
    await expect(plan()).rejects.toMatchObject({ code: 'wrong-chain' });
    first.behaviour = 'dead';
    second.behaviour = 'babbles';
    await expect(plan()).rejects.toMatchObject({ code: 'chain-unreachable' });
    second.behaviour = 'honest';
    const { warnings, confirmationId } = await plan();
    expect(warnings).toContainEqual(expect.stringContaining(first.url));
    // One is enough to send by; for good it is only when both say so.
    const { id } = wallet.desk.confirm(confirmationId);
    await becomes(wallet, id, 'mined');
    for (let block = 0; block < 5; block += 1) await bench.anvil.provider.send('evm_mine', []);
    first.behaviour = 'no-receipt';
    await expect(wallet.transactions.chain.look()).resolves.toMatchObject({ witnessesNeeded: 2 });
    expect(wallet.view(id).state).toBe('mined');
    first.behaviour = 'honest';
    await becomes(wallet, id, 'done');
  });

  test('names the contract that a profile has and the chain has not', async () => {
    const { profile } = bench;
    const { ChainAccess } = await import('../../../../src/shared/chain/rpc/chain-access.ts');
    const wrong = { ...profile, contracts: { ...profile.contracts, staking: bench.account } };
    await expect(new ChainAccess(wrong, fetch).checkProfile()).rejects.toThrow(
      'as staking, but chain 31337 has no contract',
    );
  });
});
