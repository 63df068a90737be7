import fc from 'fast-check';
import { expect, test } from 'vitest';
import { walletLedger } from '../../../../src/agent/wallet/ledger/wallet-ledger.ts';

const ACCOUNT = '0x00000000000000000000000000000000000000A1';
const amount = fc.bigInt({ min: 0n, max: 10n ** 30n });

test('earned is waiting, claimable and claimed together, whatever was claimed by whom', () => {
  fc.assert(
    fc.property(amount, amount, fc.boolean(), (cumulative, claimedWei, live) => {
      const proof = {
        epoch: 1,
        cumulative: String(cumulative),
        proof: [],
        root: `0x${'0'.repeat(64)}`,
        live,
      };
      const ledger = walletLedger(ACCOUNT, { block: 1, claimedWei, walletWei: 0n, stakeWei: 0n }, proof, []);
      const parts = [ledger.waitingWei, ledger.claimableWei, ledger.claimedWei].map(BigInt);
      expect(parts.reduce((sum, each) => sum + each, 0n)).toBe(BigInt(ledger.earnedWei));
      expect(BigInt(ledger.earnedWei) >= cumulative).toBe(true);
    }),
  );
});
