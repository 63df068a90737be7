import { SigningKey, verifyTypedData, Wallet } from 'ethers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  CLAIM_AND_STAKE_TYPES,
  escrowDomain,
  rewardsDomain,
  VOUCHER_TYPES,
} from '../../src/shared/chain/typed-data.ts';
import { readTypedData } from '../../src/signer/read-typed-data.ts';
import { TEST_PROFILE } from '../support/network-profile.ts';

const wallet = new Wallet(`0x${'ab'.repeat(32)}`);
const own = wallet.address;
const gateway = `0x${'c'.repeat(40)}`;
const rules = { profile: TEST_PROFILE, own, feeCeilingWei: 0n };
const sign = (digest: string) => new SigningKey(wallet.privateKey).sign(digest).serialized;

it('makes what the rewards contract checks for claimAndStake', () => {
  const message = { account: own, cumulative: '5', nonce: '0', deadline: '1800000000' };
  const { digest, description } = readTypedData({ type: 'claim-and-stake', ...message }, rules);
  const domain = { ...rewardsDomain(31_337, TEST_PROFILE.contracts.rewards) };
  const types = { ClaimAndStake: [...CLAIM_AND_STAKE_TYPES.ClaimAndStake] };
  expect(verifyTypedData(domain, types, message, sign(digest))).toBe(own);
  expect(description.sentence).toContain('until 2027-01-15T08:00:00.000Z');
});

it('makes what the escrow checks for a voucher', () => {
  const message = { buyer: own, gateway, cumulative: '1000000000000000000' };
  const { digest, description } = readTypedData({ type: 'voucher', ...message }, rules);
  const domain = { ...escrowDomain(31_337, TEST_PROFILE.contracts.escrow) };
  expect(verifyTypedData(domain, { Voucher: [...VOUCHER_TYPES.Voucher] }, message, sign(digest))).toBe(own);
  expect(description.sentence).toContain('up to 1.0 GATA');
});

it('speaks for nobody else', () => {
  const anyAddress = fc
    .uint8Array({ minLength: 20, maxLength: 20 })
    .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`);
  fc.assert(
    fc.property(anyAddress, fc.bigInt({ min: 0n, max: 2n ** 200n }), (other, amount) => {
      const cumulative = String(amount);
      expect(() => readTypedData({ type: 'voucher', buyer: other, gateway, cumulative }, rules)).toThrow(
        /not for this wallet/,
      );
    }),
  );
});
