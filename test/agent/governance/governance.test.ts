import { Contract, toUtf8Bytes } from 'ethers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { GovernanceReader } from '../../../src/agent/governance/governance-reader.ts';
import { CONTRACT_INTERFACES } from '../../../src/shared/chain/contract-interfaces.ts';
import { type Governance, governanceSchema, type NetworkChange } from '../../../src/shared/governance.ts';
import type { WalletAction } from '../../../src/shared/wallet-transactions.ts';
import { type OpenWallet, startWalletBench, type WalletBench } from '../../support/wallet-bench.ts';

const GATA = 10n ** 18n;
const WAIT = { timeout: 30_000, interval: 50 };
const FEE_SPLIT: NetworkChange = { what: 'fee-split', nodes: 8_500, protocol: 500, stakers: 1_000 };
const MODEL: NetworkChange = {
  what: 'model-type',
  kind: 'video.generate',
  admitted: true,
  rewardWeight: 50_000,
};

describe.sequential('governance from the wallet', () => {
  let bench: WalletBench;
  let wallet: OpenWallet;
  let reader: GovernanceReader;
  let account: string | null;

  beforeAll(async () => {
    bench = await startWalletBench();
    wallet = bench.open();
    account = bench.account;
    reader = new GovernanceReader({
      profile: bench.profile,
      look: () => wallet.transactions.chain.look(),
      account: () => account,
      operations: () => wallet.transactions.engine.operations,
    });
  }, 60_000);
  afterAll(async () => {
    await wallet[Symbol.asyncDispose]();
    await bench[Symbol.asyncDispose]();
  });

  const read = async (): Promise<Governance> => governanceSchema.parse(await reader.read());
  const newest = async () => {
    const [proposal] = (await read()).proposals;
    if (proposal === undefined) throw new Error('There is no proposal.');
    return proposal;
  };
  const planning = (action: WalletAction) => wallet.desk.plan({ action });
  const propose = (change: NetworkChange, description = 'Because.') =>
    planning({ kind: 'propose-change', change, description });
  /** Confirms a plan and waits for a block to have it, for good. */
  const done = async (action: WalletAction): Promise<void> => {
    const id = await wallet.act(action);
    await vi.waitFor(async () => {
      await bench.anvil.provider.send('evm_mine', []);
      expect(wallet.view(id), JSON.stringify(wallet.view(id))).toMatchObject({ state: 'done' });
    }, WAIT);
  };
  const becomes = (state: string) =>
    vi.waitFor(async () => {
      await bench.anvil.pass(1);
      expect(await newest()).toMatchObject({ state });
    }, WAIT);

  test('tells the parameters in force, and that there is nothing to vote with', async () => {
    const governance = await read();
    expect(governance).toMatchObject({
      account: bench.account,
      stakedWei: '0',
      votesWei: '0',
      delegate: null,
      proposalThresholdWei: '1',
      votingDelaySeconds: 1,
      votingPeriodSeconds: 60,
      timelockSeconds: 1,
      proposals: [],
      more: false,
    });
    expect(governance.parameters.feeSplit).toEqual({ nodes: 8_000, protocol: 500, stakers: 1_500 });
    expect(governance.parameters.rewardWeights).toEqual({
      usage: 7_000,
      availabilityPerGpuHourWei: String(GATA / 10n),
      availabilityPerEpochWei: String(10_000n * GATA),
    });
    expect(governance.parameters.modelTypes).toContainEqual({
      kind: 'text.generate',
      admitted: true,
      rewardWeight: 10_000,
    });
    await expect(propose(FEE_SPLIT)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('and delegate the stake to yourself'),
    });
  });

  test('refuses changes that make no sense, in sentences', { timeout: 60_000 }, async () => {
    await done({ kind: 'stake', amount: '500' });
    await bench.anvil.pass(2);
    expect(await read()).toMatchObject({
      stakedWei: String(500n * GATA),
      votesWei: String(500n * GATA),
      delegate: bench.account,
    });
    await expect(propose({ ...FEE_SPLIT, nodes: 8_000 })).rejects.toThrow('add up to 95%');
    await expect(propose({ ...FEE_SPLIT, nodes: 4_000, stakers: 5_500 })).rejects.toThrow('at least 50%');
    await expect(propose({ what: 'fee-split', nodes: 8_000, protocol: 500, stakers: 1_500 })).rejects.toThrow(
      'already',
    );
    await expect(propose({ ...MODEL, kind: 'Not a kind' })).rejects.toThrow('lower-case letters');
    await expect(propose(FEE_SPLIT, '  \n')).rejects.toThrow('what the change is for');
    await expect(propose(FEE_SPLIT, 'é'.repeat(2049))).rejects.toThrow('has 4098 bytes');
    await expect(planning({ kind: 'queue-proposal', proposalId: '12' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('proposes, votes, queues and executes, and the parameter changes', { timeout: 120_000 }, async () => {
    const description = '# More for the nodes\n\n<b>They</b> do the work.\u202e';
    const plan = await propose(FEE_SPLIT, description);
    expect(plan.summary).toBe(
      'Propose to all stakers: Split what buyers pay: 85% to nodes, 5% to the protocol, 10% to stakers.',
    );
    await done({ kind: 'propose-change', change: FEE_SPLIT, description });
    await expect(propose(FEE_SPLIT, description)).rejects.toThrow('was proposed before');
    const proposed = await newest();
    expect(proposed).toMatchObject({
      proposer: bench.account,
      title: 'More for the nodes',
      description: '# More for the nodes\n\n<b>They</b> do the work.',
      hasVoted: false,
      ownVote: null,
      actions: [
        {
          role: 'parameters',
          sentence: 'Split what buyers pay: 85% to nodes, 5% to the protocol, 10% to stakers.',
        },
      ],
    });
    const { id: proposalId } = proposed;
    await becomes('active');
    await expect(planning({ kind: 'queue-proposal', proposalId })).rejects.toThrow('has not ended');
    await done({ kind: 'vote', proposalId, support: 'for' });
    expect(await newest()).toMatchObject({
      hasVoted: true,
      ownVote: 'for',
      votes: { againstWei: '0', forWei: String(500n * GATA), abstainWei: '0' },
      quorumWei: String(20n * GATA),
      powerWei: String(500n * GATA),
    });
    await expect(planning({ kind: 'execute-proposal', proposalId })).rejects.toThrow();
    await bench.anvil.pass(60);
    await becomes('succeeded');
    await expect(planning({ kind: 'execute-proposal', proposalId })).rejects.toThrow('queued first');
    await done({ kind: 'queue-proposal', proposalId });
    await bench.anvil.pass(2);
    expect((await newest()).executableAt).not.toBeNull();
    expect((await planning({ kind: 'execute-proposal', proposalId })).summary).toContain('Carry out');
    await done({ kind: 'execute-proposal', proposalId });
    const after = await read();
    expect(after.parameters.feeSplit).toEqual({ nodes: 8_500, protocol: 500, stakers: 1_000 });
    expect(after.proposals[0]).toMatchObject({ state: 'executed', ownVote: 'for' });
    await expect(planning({ kind: 'queue-proposal', proposalId })).rejects.toThrow('carried out already');
  });

  test('shows what strangers wrote as it may be shown, and asks no more for what has ended', {
    timeout: 60_000,
  }, async () => {
    const governor = new Contract(
      bench.profile.contracts.governor,
      CONTRACT_INTERFACES.governor,
      bench.anvil.deployer,
    );
    // The deployer stakes, for a proposal needs votes.
    await (
      await bench.contract('token').getFunction('approve').send(bench.profile.contracts.staking, GATA)
    ).wait();
    await (
      await bench.contract('staking').getFunction('deposit').send(GATA, bench.anvil.deployerAddress)
    ).wait();
    await bench.anvil.pass(2);
    const { interface: abi } = governor;
    const data = abi.encodeFunctionData('propose', [[bench.account], [0n], ['0x12345678'], 'ABCD']);
    const noUtf8 = data.replace(Buffer.from(toUtf8Bytes('ABCD')).toString('hex'), '41ff0042');
    const sent = await bench.anvil.deployer.sendTransaction({
      to: bench.profile.contracts.governor,
      data: noUtf8,
    });
    await sent.wait();
    const proposal = await newest();
    expect(proposal).toMatchObject({
      description: 'A\ufffdB',
      actions: [{ target: bench.account, role: null, sentence: null, data: '0x12345678' }],
    });
    await bench.anvil.provider.send('anvil_mine', ['0x14']);
    await read();
    const view = await wallet.transactions.chain.look();
    const spy = vi.spyOn(Object.getPrototypeOf(view), 'read');
    const { proposals } = await read();
    const summaries = spy.mock.calls.filter(([, , name]) => name === 'summaryAt');
    spy.mockRestore();
    expect(proposals.map(({ state }) => state)).toContain('executed');
    expect(summaries).toHaveLength(1);
    account = null;
    expect(await read()).toMatchObject({ account: null, delegate: null, votesWei: '0' });
    expect((await newest()).hasVoted).toBeNull();
    account = bench.account;
  });
});
