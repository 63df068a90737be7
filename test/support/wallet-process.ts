import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { z } from 'zod';
import { buildCalls } from '../../src/agent/wallet/actions/build-calls.ts';
import { GatewayRewardProofs } from '../../src/agent/wallet/actions/reward-proofs.ts';
import { openTransactions } from '../../src/agent/wallet/open-transactions.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { GataError } from '../../src/shared/gata-error.ts';
import { networkProfileSchema } from '../../src/shared/network-profile.ts';
import type { UnsignedTransaction } from '../../src/shared/signer-protocol.ts';
import { walletActionSchema } from '../../src/shared/wallet-transactions.ts';
import { KeySigner } from './key-signer.ts';

/**
 * The agent's wallet as a program of its own, to be killed. Reads `{id, action}` a line, and prints `{id, state}` when
 * it has an operation, refused it, or it ended.
 */
const config = z
  .object({
    dataFolder: z.string(),
    profile: networkProfileSchema,
    privateKey: z.string(),
    gatewayUrl: z.string(),
    depth: z.int(),
    /** Of all signatures, how many in a hundred fail or come late. */
    signerFaultPercent: z.int(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));
const requestSchema = z.object({ id: z.uuid(), action: walletActionSchema });

class FaultySigner extends KeySigner {
  override async signTransaction(unsigned: UnsignedTransaction) {
    const dice = Math.random() * 100;
    if (dice < config.signerFaultPercent) throw new GataError('signer-unavailable', 'The signer has ended.');
    if (dice < 2 * config.signerFaultPercent) await sleep(300);
    return super.signTransaction(unsigned);
  }
}

const signer = new FaultySigner(config.privateKey);
const account = new KeySigner(config.privateKey).address ?? '';
const proofs = new GatewayRewardProofs(config.gatewayUrl);
const { profile } = config;
const { chain, engine } = openTransactions({
  dataFolder: config.dataFolder,
  profile,
  signer,
  proofs,
  limits: () => ({ gasPriceCeilingWei: 10n ** 12n }),
  clock: systemClock,
  logger: pino({ enabled: false }),
  pace: {
    lookMs: 40,
    sendAgainMs: 400,
    replaceMs: 4000,
    proofMs: 60_000,
    depth: config.depth,
    relayMs: 60_000,
    askMs: 100,
  },
  rpcTimeoutMs: 500,
});
const say = (id: string, state: string, detail: string | null = null) => {
  process.stdout.write(`${JSON.stringify({ id, state, detail })}\n`);
};
engine.on('change', ({ id, ended }) => {
  if (ended !== null) say(id, ended.outcome, ended.detail);
  else say(id, 'under way', engine.problemOf(id));
});
for (const { id, ended } of engine.operations) if (ended !== null) say(id, ended.outcome, ended.detail);
engine.start();
say('', 'ready');

for await (const line of createInterface({ input: process.stdin })) {
  const { id, action } = requestSchema.parse(JSON.parse(line));
  void take(id, action);
}

async function take(id: string, action: z.infer<typeof walletActionSchema>): Promise<void> {
  while (!engine.operations.some((each) => each.id === id)) {
    try {
      const view = await chain.look();
      const { calls } = await buildCalls(action, account, { profile, view, proofs });
      engine.submit({ id, account, action, calls, signElsewhere: false, relayed: false });
    } catch (error) {
      const { code, message } = GataError.from(error);
      if (code === 'conflict' || code === 'invalid-request') {
        say(id, 'refused', message);
        return;
      }
      say(id, 'waiting', message);
      await sleep(100);
    }
  }
  say(id, 'taken');
}
