import { Wallet } from 'ethers/wallet';
import { describe, expect, it } from 'vitest';
import type { NetworkProfile } from '../../src/shared/network-profile.ts';
import { checkPayoutAddress } from '../../src/shared/payout-address.ts';

const address = '0x52908400098527886E0F7030069857D2E4169EE7'.toLowerCase();
const checksummed = Wallet.createRandom().address;
const contract = (digit: string) => `0x${digit.repeat(40)}`;
const profile: NetworkProfile = {
  ...{
    schemaVersion: 1,
    name: 'x',
    test: true,
    chainId: 1,
    rpcUrls: ['http://127.0.0.1:1'],
    explorerUrl: null,
  },
  ...{ nativeSymbol: 'x', token: { address: contract('1'), symbol: 'G', decimals: 18 }, deployedAtBlock: 0 },
  contracts: {
    ...{ rewards: contract('2'), staking: contract('3'), escrow: contract('4'), parameters: contract('5') },
    ...{ models: contract('6'), governor: contract('7'), timelock: contract('a') },
  },
};

describe('a payout address', () => {
  it('is taken in one case, or with its checksum, which it gets', () => {
    expect(checkPayoutAddress(address, profile).toLowerCase()).toBe(address);
    expect(checkPayoutAddress(checksummed, undefined)).toBe(checksummed);
    expect(checkPayoutAddress(checksummed.toLowerCase(), undefined)).toBe(checksummed);
    expect(checkPayoutAddress(`0x${checksummed.slice(2).toUpperCase()}`, undefined)).toBe(checksummed);
  });

  it('is refused when one letter has the wrong case', () => {
    const at = [...checksummed].findIndex((letter, index) => index > 1 && /[a-f]/i.test(letter));
    const letter = checksummed.charAt(at);
    const swapped = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
    const mistyped = checksummed.slice(0, at) + swapped + checksummed.slice(at + 1);
    expect(() => checkPayoutAddress(mistyped, undefined)).toThrow('checksum is wrong');
  });

  it.each([
    ['not one at all', 'gata', '40 hexadecimal digits'],
    ['too short', '0x12', '40 hexadecimal digits'],
    ['the zero address', contract('0'), 'zero address'],
    ['the token', contract('1'), 'contract of the network'],
    ['the timelock, in capitals', contract('A'), 'contract of the network'],
  ])('is refused when it is %s', (_what, text, message) => {
    expect(() => checkPayoutAddress(text, profile)).toThrow(message);
  });
});
