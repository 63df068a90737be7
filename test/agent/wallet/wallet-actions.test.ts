import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { walletOverviewSchema } from '../../../src/shared/wallet-overview.ts';
import {
  operationsPageSchema,
  operationViewSchema,
  walletLedgerSchema,
} from '../../../src/shared/wallet-transactions.ts';
import { runFromSource, startAgentFromSource } from '../../support/agent-from-source.ts';
import { builtSigner } from '../../support/built-program.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startWalletBench } from '../../support/wallet-bench.ts';

const GATA = 10n ** 18n;

test('claims and stakes from the command line, with the real signer', { timeout: 240_000 }, async () => {
  await builtSigner();
  await using bench = await startWalletBench();
  await bench.earn(3n * GATA);
  const gateway = createServer(async (_request, response) => {
    response.end(JSON.stringify(await bench.proofs.proofOf(bench.account)));
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const address = gateway.address();
  if (address === null || typeof address === 'string') throw new Error('The gateway has no port.');
  using folder = temporaryFolder();
  const file = (name: string, content: string) => {
    const path = join(folder.path, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const profile = file('profile.json', JSON.stringify(bench.profile));
  const password = file('password', 'seven purple otters juggle 41 lamps\n');
  const key = file('key', `${bench.privateKey}\n`);
  const dataFolder = join(folder.path, 'data');
  const gata = async (...args: string[]) => {
    const done = await runFromSource('cli', ['wallet', ...args, '--json', '--data-dir', dataFolder]);
    if (done.exitCode !== 0) throw new Error(`gata wallet ${args.join(' ')}: ${done.stdout}${done.stderr}`);
    return JSON.parse(done.stdout);
  };
  const gatewayUrl = `http://127.0.0.1:${address.port}`;
  try {
    await using _agent = await startAgentFromSource(dataFolder, [
      ...['--port', '0', '--network-profile', profile, '--gateway', gatewayUrl],
    ]);
    await gata('import', '--private-key-file', key, '--password-file', password);
    const claim = operationViewSchema.parse(await gata('claim', '--yes'));
    await gata('stake', '2.5', '--yes');
    await vi.waitFor(
      async () => {
        await bench.anvil.provider.send('anvil_mine', ['0x20']);
        const { operations } = operationsPageSchema.parse(await gata('activity'));
        expect(operations.map(({ action, state }) => [action.kind, state])).toEqual([
          ['stake', 'done'],
          ['claim', 'done'],
        ]);
      },
      { timeout: 120_000, interval: 1000 },
    );
    expect(claim.account).toBe(bench.account);
    const overview = walletOverviewSchema.parse(await gata());
    expect(overview.chain?.staking.votesWei).not.toBe('0');
    expect(overview.operations).toHaveLength(2);
    expect(walletLedgerSchema.parse(await gata('ledger'))).toMatchObject({
      earnedWei: String(3n * GATA),
      claimedHereWei: String(3n * GATA),
      stakedHereWei: String((5n * GATA) / 2n),
    });
  } finally {
    gateway.closeAllConnections();
    gateway.close();
  }
});
