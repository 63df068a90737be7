import { Wallet } from 'ethers';
import { pino } from 'pino';
import { percentile } from '../scripts/start/summary.ts';
import { openWalletKeys } from '../src/agent/wallet/keys/open-wallet-keys.ts';
import type { WalletKeys } from '../src/agent/wallet/keys/wallet-keys.ts';
import { systemClock } from '../src/shared/clock.ts';
import { sealSignerSecret } from '../src/shared/seal-signer-secret.ts';
import { DEFAULT_SETTINGS } from '../src/shared/settings.ts';
import { builtSigner } from '../test/support/built-program.ts';
import { TEST_PROFILE } from '../test/support/network-profile.ts';
import { temporaryFolder } from '../test/support/temporary-folder.ts';
import { startBusyMachine } from './busy-machine.ts';
import type { BenchOptions, BenchResult } from './report.ts';

const PASSWORD = 'quittung sofa marzipan pendel';
const SAMPLES = 15;
const FEW_SAMPLES = 3;

interface Unlocking {
  /** From the question for the signer's key, with which its process begins, to its answer. */
  readonly startMs: number;
  /** From the sealed password to the unlocked wallet. */
  readonly openMs: number;
}

/** From a locked wallet, whose signer does not run, to one that signs; also with a program that takes every core. */
export async function run({ quick }: BenchOptions): Promise<BenchResult> {
  const count = quick ? FEW_SAMPLES : SAMPLES;
  using folder = temporaryFolder();
  await using keys = openWalletKeys({
    dataFolder: folder.path,
    signerEntry: await builtSigner(),
    profile: TEST_PROFILE,
    settings: () => DEFAULT_SETTINGS.wallet,
    changeSettings: () => undefined,
    clock: systemClock,
    logger: pino({ enabled: false }),
  });
  const from = { kind: 'private-key' as const, privateKey: `0x${'5c'.repeat(32)}` };
  const box = await sealSignerSecret('import', { password: PASSWORD, from }, await keys.boxKey());
  await keys.import(box);
  const { keystore } = keys.export();

  // The agent asks the machine once what a sandbox needs of it.
  await unlock(keys);
  const calm = await samplesOf(count, () => unlock(keys));
  let busy: readonly Unlocking[];
  {
    using _spinners = await startBusyMachine({ sleepers: 0, spin: true });
    busy = await samplesOf(count, () => unlock(keys));
  }
  const ethersMs = await samplesOf(quick ? 1 : 5, async () => {
    const started = performance.now();
    await Wallet.fromEncryptedJson(keystore, PASSWORD);
    return performance.now() - started;
  });
  const totals = calm.map(({ startMs, openMs }) => startMs + openMs);
  const busyTotals = busy.map(({ startMs, openMs }) => startMs + openMs);
  const startTimes = calm.map(({ startMs }) => startMs);
  const openTimes = calm.map(({ openMs }) => openMs);
  return {
    samples: count,
    figures: {
      unlockP50Ms: percentile(totals, 0.5),
      unlockWorstMs: Math.max(...totals),
      startOfSignerP50Ms: percentile(startTimes, 0.5),
      passwordP50Ms: percentile(openTimes, 0.5),
      busyUnlockP50Ms: percentile(busyTotals, 0.5),
      busyUnlockWorstMs: Math.max(...busyTotals),
    },
    peers: { 'passwordP50Ms of ethers in this process': percentile(ethersMs, 0.5) },
    promises: [{ figure: 'unlockWorstMs', op: '<=', value: 1500 }],
  };
}

async function unlock(keys: WalletKeys): Promise<Unlocking> {
  await keys.lock();
  const started = performance.now();
  const signerKey = await keys.boxKey();
  const ready = performance.now();
  await keys.unlock(await sealSignerSecret('unlock', { password: PASSWORD }, signerKey));
  return { startMs: ready - started, openMs: performance.now() - ready };
}

async function samplesOf<Sample>(count: number, take: () => Promise<Sample>): Promise<Sample[]> {
  const samples: Sample[] = [];
  while (samples.length < count) samples.push(await take());
  return samples;
}
