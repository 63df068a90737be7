import { Contract, Wallet } from 'ethers';
import { expect, test, vi } from 'vitest';
import { CONTRACT_INTERFACES } from '../../../../src/shared/chain/contract-interfaces.ts';
import { startWalletBench } from '../../../support/wallet-bench.ts';

const WAIT = { timeout: 30_000, interval: 50 };

test('approves again and stakes once when the approval was used up by something else', {
  timeout: 90_000,
}, async () => {
  await using bench = await startWalletBench();
  const { anvil, profile, account, privateKey, signer } = bench;
  // The key is locked after the first call.
  const sign = signer.signTransaction.bind(signer);
  signer.signTransaction = async (unsigned) => {
    const signed = await sign(unsigned);
    signer.isLocked = true;
    return signed;
  };
  await using wallet = bench.open();
  const id = await wallet.act({ kind: 'stake', amount: '100' });
  const operation = () => wallet.transactions.engine.operations.find((each) => each.id === id);
  const attempts = () => operation()?.attempts ?? [];
  await vi.waitFor(() => expect(attempts()[0]?.mined?.succeeded).toBe(true), WAIT);
  const elsewhere = new Contract(
    profile.token.address,
    CONTRACT_INTERFACES.token,
    new Wallet(privateKey, anvil.provider),
  );
  const reset = await elsewhere.getFunction('approve').send(profile.contracts.staking, 0n);
  await reset.wait();
  await vi.waitFor(async () => {
    await anvil.provider.send('evm_mine', []);
    expect(operation()?.startedOver.times).toBe(1);
  }, WAIT);
  signer.signTransaction = sign;
  signer.isLocked = false;
  await vi.waitFor(async () => {
    await anvil.provider.send('evm_mine', []);
    expect(wallet.view(id), wallet.view(id).detail ?? '').toMatchObject({ state: 'done', detail: null });
  }, WAIT);
  expect(attempts().map(({ call, nonce }) => [call, nonce])).toEqual([
    [0, 0],
    [0, 2],
    [1, 3],
  ]);
  expect(await bench.contract('staking').getFunction('stakeOf').staticCall(account)).toBe(100n * 10n ** 18n);
});
