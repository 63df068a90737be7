import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ContractTransactionResponse, NonceManager, Wallet } from 'ethers';
import { expect, test, vi } from 'vitest';
import { governanceSchema } from '../../../src/shared/governance.ts';
import { runFromSource, startAgentFromSource } from '../../support/agent-from-source.ts';
import { builtSigner } from '../../support/built-program.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startWalletBench } from '../../support/wallet-bench.ts';

const GATA = 10n ** 18n;

test('proposes and shows a change from the command line, with the real signer', {
  timeout: 240_000,
}, async () => {
  await builtSigner();
  await using bench = await startWalletBench();
  using folder = temporaryFolder();
  const file = (name: string, content: string) => {
    const path = join(folder.path, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const profile = file('profile.json', JSON.stringify(bench.profile));
  const password = file('password', 'seven purple otters juggle 41 lamps\n');
  const key = file('key', `${bench.privateKey}\n`);
  const why = file('why.md', '# More for the nodes\n\nThey do the work.\n');
  const dataFolder = join(folder.path, 'data');
  const run = (...args: string[]) => runFromSource('cli', [...args, '--data-dir', dataFolder]);
  const gata = async (...args: string[]) => {
    const done = await run(...args);
    if (done.exitCode !== 0) throw new Error(`gata ${args.join(' ')}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  };
  const read = async () => {
    await bench.anvil.provider.send('evm_mine', []);
    return governanceSchema.parse(JSON.parse(await gata('governance', '--json')));
  };
  const account = new NonceManager(new Wallet(bench.privateKey, bench.anvil.provider));
  const { staking } = bench.profile.contracts;
  const send = async (role: 'token' | 'staking', name: string, ...values: unknown[]) => {
    const contract = bench.contract(role).connect(account);
    const sent: ContractTransactionResponse = await contract.getFunction(name).send(...values);
    await sent.wait();
  };
  await send('token', 'approve', staking, 500n * GATA);
  await send('staking', 'deposit', 500n * GATA, bench.account);
  await bench.anvil.pass(2);
  await using _agent = await startAgentFromSource(dataFolder, ['--port', '0', '--network-profile', profile]);
  await gata('wallet', 'import', '--private-key-file', key, '--password-file', password);
  const refused = await run('governance', 'propose', 'fees', '80', '5', '14', '--description', 'x', '--yes');
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain('add up to 99%');
  await gata('governance', 'propose', 'fees', '85.5', '5', '9.5', '--description-file', why, '--yes');
  const { proposals } = await vi.waitFor(
    async () => {
      const governance = await read();
      expect(governance.proposals).toHaveLength(1);
      return governance;
    },
    { timeout: 120_000, interval: 1000 },
  );
  const list = await gata('governance');
  expect(list).toContain('Of what buyers pay: 80% to nodes');
  expect(list).toContain('More for the nodes');
  const shown = await gata('governance', 'show', proposals[0]?.id.slice(0, 12) ?? '');
  expect(shown).toContain('Split what buyers pay: 85.5% to nodes, 5% to the protocol, 9.5% to stakers.');
  expect(shown).toContain('They do the work.');
});
