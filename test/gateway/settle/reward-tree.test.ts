import { StandardMerkleTree } from '@openzeppelin/merkle-tree';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RewardTree } from '../../../src/gateway/settle/reward-tree.ts';

const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);
const accounts = fc.uniqueArray(
  fc.record({ address, cumulativeWei: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }) }),
  { minLength: 1, maxLength: 40, selector: (account) => account.address },
);

describe('the tree of rewards', () => {
  it("is OpenZeppelin's, root and proofs, for any accounts", async () => {
    await fc.assert(
      fc.asyncProperty(accounts, async (all) => {
        const own = await RewardTree.build(all);
        const values = all.map((account): [string, bigint] => [account.address, account.cumulativeWei]);
        const theirs = StandardMerkleTree.of(values, ['address', 'uint256']);
        expect(own.root).toBe(theirs.root);
        expect(own.promisedWei).toBe(all.reduce((sum, account) => sum + account.cumulativeWei, 0n));
        for (const [index, account] of all.entries()) {
          expect(own.proofOf(account.address)).toEqual({
            cumulativeWei: account.cumulativeWei,
            proof: theirs.getProof(index),
          });
        }
      }),
      { numRuns: 60 },
    );
  });

  it('knows nothing of others', async () => {
    const tree = await RewardTree.build([{ address: `0x${'1'.repeat(40)}`, cumulativeWei: 1n }]);
    expect(tree.proofOf(`0x${'2'.repeat(40)}`)).toBeUndefined();
    await expect(RewardTree.build([])).rejects.toThrow('needs an account');
  });
});
