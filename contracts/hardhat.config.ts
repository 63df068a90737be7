import { createRequire } from 'node:module';
import { defineConfig } from 'hardhat/config';

const require = createRequire(import.meta.url);
/** Where a run that must not disturb others puts what it makes. */
const own = process.env.GATA_CONTRACTS_OUT;

export default defineConfig({
  paths: {
    sources: 'src',
    tests: { solidity: 'test' },
    ...(own === undefined ? {} : { artifacts: `${own}/artifacts`, cache: `${own}/cache` }),
  },
  solidity: {
    version: '0.8.37',
    // The compiler of the `solc` package, so that nothing is downloaded.
    path: require.resolve('solc/soljson.js'),
    // Deployed as they are.
    npmFilesToBuild: [
      '@openzeppelin/contracts/governance/TimelockController.sol',
      '@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol',
    ],
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
