import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { z } from 'zod';
import { buildCalls } from '../../src/agent/wallet/actions/build-calls.ts';
import { GatewayRewardProofs } from '../../src/agent/wallet/actions/reward-proofs.ts';
import { openWalletKeys } from '../../src/agent/wallet/keys/open-wallet-keys.ts';
import { openTransactions } from '../../src/agent/wallet/open-transactions.ts';
import { ClaimRelayClient } from '../../src/agent/wallet/relay/claim-relay-client.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { GataError } from '../../src/shared/gata-error.ts';
import { networkProfileSchema } from '../../src/shared/network-profile.ts';
import { sealSignerSecret } from '../../src/shared/seal-signer-secret.ts';
import { DEFAULT_SETTINGS } from '../../src/shared/settings.ts';
import { walletActionSchema } from '../../src/shared/wallet-transactions.ts';

/**
 * The agent's wallet as a program of its own, to be killed. Reads `{id, action}` a line, and prints `{id, state}` when
 * it has an operation, refused it, or it ended.
 */
const config = z
  .object({
    dataFolder: z.string(),
    profile: networkProfileSchema,
    signerEntry: z.string(),
    password: z.string(),
    gatewayUrl: z.string(),
    depth: z.int(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));
const requestSchema = z.object({ id: z.uuid(), action: walletActionSchema, relayed: z.boolean() });

const proofs = new GatewayRewardProofs(config.gatewayUrl);
const { profile, dataFolder } = config;
const logger = pino({ enabled: false });
const keys = openWalletKeys({
  dataFolder,
  signerEntry: config.signerEntry,
  profile,
  settings: () => DEFAULT_SETTINGS.wallet,
  changeSettings: () => undefined,
  clock: systemClock,
  logger,
});
const account = keys.state().address ?? '';
const { chain, engine } = openTransactions({
  dataFolder,
  profile,
  signer: keys,
  proofs,
  relay: new ClaimRelayClient(config.gatewayUrl),
  limits: () => ({ gasPriceCeilingWei: 10n ** 12n }),
  clock: systemClock,
  logger,
  pace: {
    lookMs: 40,
    sendAgainMs: 400,
    replaceMs: 4000,
    proofMs: 20 * 60_000,
    depth: config.depth,
    relayMs: 4 * 60_000,
    askMs: 100,
  },
  rpcTimeoutMs: 500,
});
const say = (id: string, state: string, detail: string | null = null, signerPid?: number) => {
  process.stdout.write(`${JSON.stringify({ id, state, detail, signerPid })}\n`);
};
engine.on('change', ({ id, ended }) => {
  if (ended !== null) say(id, ended.outcome, ended.detail);
  else say(id, 'under way', engine.problemOf(id));
});
for (const { id, ended } of engine.operations) if (ended !== null) say(id, ended.outcome, ended.detail);
engine.start();
void stayUnlocked();
say('', 'ready');

for await (const line of createInterface({ input: process.stdin })) {
  void take(requestSchema.parse(JSON.parse(line)));
}

/** Who unlocks the wallet whenever it is locked, as its signer was killed. */
async function stayUnlocked(): Promise<void> {
  while (true) {
    try {
      if (keys.address === null) {
        await keys.unlock(
          await sealSignerSecret('unlock', { password: config.password }, await keys.boxKey()),
        );
        say('', 'unlocked', null, keys.signerPid);
      }
    } catch (error) {
      say('', 'locked', GataError.from(error).message);
    }
    await sleep(50);
  }
}

async function take({ id, action, relayed }: z.infer<typeof requestSchema>): Promise<void> {
  while (!engine.operations.some((each) => each.id === id)) {
    try {
      const view = await chain.look();
      const { calls } = await buildCalls(action, account, { profile, view, proofs });
      engine.submit({ id, account, action, calls, signElsewhere: false, relayed });
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
  const taken = engine.operations.find((each) => each.id === id);
  if (taken?.ended === null) say(id, 'taken');
}
