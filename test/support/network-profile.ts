import type { NetworkProfile } from '../../src/shared/network-profile.ts';

const address = (digit: string) => `0x${digit.repeat(40)}`;

/** A network that is nowhere; its addresses are 0x11…, 0x22… and so on. */
export const TEST_PROFILE: NetworkProfile = {
  schemaVersion: 1,
  name: 'Test network',
  test: true,
  chainId: 31_337,
  rpcUrls: ['http://127.0.0.1:9'],
  explorerUrl: null,
  nativeSymbol: 'tBNB',
  token: { address: address('1'), symbol: 'GATA', decimals: 18 },
  contracts: {
    rewards: address('2'),
    staking: address('3'),
    escrow: address('4'),
    parameters: address('5'),
    models: address('6'),
    governor: address('7'),
    timelock: address('8'),
  },
  deployedAtBlock: 0,
};
