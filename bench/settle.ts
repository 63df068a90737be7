import { randomBytes } from 'node:crypto';
import { StandardMerkleTree } from '@openzeppelin/merkle-tree';
import { percentile } from '../scripts/start/summary.ts';
import { RewardTree } from '../src/gateway/settle/reward-tree.ts';
import type { BenchOptions, BenchResult } from './report.ts';

const ACCOUNTS = 1_000_000;
const FEW_ACCOUNTS = 20_000;
/** OpenZeppelin's own library takes minutes for a million. */
const PEER_ACCOUNTS = 5_000;
const MEMORY_LOOK_MS = 50;

/** The tree of an epoch and the proof of every account in it. */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const count = quick ? FEW_ACCOUNTS : ACCOUNTS;
  const accounts = Array.from({ length: count }, () => ({
    address: `0x${randomBytes(20).toString('hex')}`,
    cumulativeWei: BigInt(`0x${randomBytes(10).toString('hex')}`),
  }));
  let peakBytes = process.memoryUsage.rss();
  const look = () => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  };
  const timer = setInterval(look, MEMORY_LOOK_MS);
  const usedBefore = process.cpuUsage();
  const startedMs = performance.now();
  const tree = await RewardTree.build(accounts);
  const treeMs = performance.now() - startedMs;
  const proofMs = new Float64Array(count);
  for (const [index, { address }] of accounts.entries()) {
    const before = performance.now();
    if (tree.proofOf(address) === undefined) throw new Error('An account has no proof.');
    proofMs[index] = performance.now() - before;
    if (index % 100_000 === 0) look();
  }
  const allMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(usedBefore);
  look();
  clearInterval(timer);

  const few = accounts.slice(0, PEER_ACCOUNTS);
  const peerStartedMs = performance.now();
  const peer = StandardMerkleTree.of(
    few.map(({ address, cumulativeWei }) => [address, cumulativeWei]),
    ['address', 'uint256'],
  );
  const peerMs = performance.now() - peerStartedMs;
  const own = await RewardTree.build(few);
  if (own.root !== peer.root) throw new Error("The root is not that of OpenZeppelin's library.");

  return {
    samples: count,
    figures: {
      treeSeconds: treeMs / 1000,
      treeAndProofsSeconds: allMs / 1000,
      processorSeconds: (user + system) / 1e6,
      peakMegabytes: peakBytes / 1e6,
      proofP50Microseconds: percentile([...proofMs], 0.5) * 1000,
      proofP99Microseconds: percentile([...proofMs], 0.99) * 1000,
      proofMeanMilliseconds: proofMs.reduce((sum, value) => sum + value, 0) / count,
      treeMicrosecondsPerAccount: (treeMs * 1000) / count,
    },
    peers: { openZeppelinMicrosecondsPerAccount: (peerMs * 1000) / PEER_ACCOUNTS },
    promises: [
      { figure: 'treeAndProofsSeconds', op: '<=', value: 20 },
      { figure: 'peakMegabytes', op: '<=', value: 1500 },
      { figure: 'proofMeanMilliseconds', op: '<=', value: 1 },
    ],
  };
}
