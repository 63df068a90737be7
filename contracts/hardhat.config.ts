import { createRequire } from 'node:module';
import hardhatEthers from '@nomicfoundation/hardhat-ethers';
import hardhatNetworkHelpers from '@nomicfoundation/hardhat-network-helpers';
import hardhatNodeTestRunner from '@nomicfoundation/hardhat-node-test-runner';
import { defineConfig } from 'hardhat/config';

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [hardhatEthers, hardhatNetworkHelpers, hardhatNodeTestRunner],
  paths: { sources: 'src', tests: { nodejs: 'test', solidity: 'test' } },
  solidity: {
    version: '0.8.37',
    // The compiler of the `solc` package, so that nothing is downloaded.
    path: require.resolve('solc/soljson.js'),
    settings: {
      optimizer: { enabled: true, runs: 500 },
      // The newest rules that BNB Chain and every chain of the network profiles know.
      evmVersion: 'cancun',
    },
  },
  test: {
    // GATA_INVARIANT_RUNS=200 makes 100,000 calls an invariant.
    solidity: {
      invariant: { runs: Number(process.env.GATA_INVARIANT_RUNS ?? 8), depth: 500, failOnRevert: true },
    },
  },
});
