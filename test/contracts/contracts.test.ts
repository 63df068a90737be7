import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import {
  Contract,
  type ContractTransactionResponse,
  concat,
  type Fragment,
  FunctionFragment,
  Interface,
  keccak256,
  id as keccakOfText,
  type ParamType,
  toBeHex,
} from 'ethers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readArtifact } from '../../contracts/deploy/contract-artifacts.ts';
import { deployNetwork } from '../../contracts/deploy/deploy-network.ts';
import { localPlan, mainnetPlan, testnetPlan } from '../../contracts/deploy/deployment-plan.ts';
import { verifyNetwork } from '../../contracts/deploy/verify-network.ts';
import { CONTRACT_INTERFACES } from '../../src/shared/chain/contract-interfaces.ts';
import {
  CLAIM_AND_STAKE_TYPES,
  escrowDomain,
  rewardsDomain,
  type TypedDataFields,
  VOUCHER_TYPES,
} from '../../src/shared/chain/typed-data.ts';
import type { NetworkProfile } from '../../src/shared/network-profile.ts';
import { type Anvil, startAnvil } from '../support/anvil.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const own = temporaryFolder();
afterAll(() => own[Symbol.dispose]());
const FOLDER = join(import.meta.dirname, '../../contracts');
const MODULES = join(import.meta.dirname, '../../node_modules');
const GATA = 10n ** 18n;

async function tool(script: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [script, ...args], {
    cwd: FOLDER,
    // Other tests deploy the artifacts at the same time.
    env: { ...process.env, GATA_CONTRACTS_OUT: own.path },
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: { stdout?: string; stderr?: string }) => {
    throw new Error(`${error.stdout}\n${error.stderr}`);
  });
  return stripVTControlCharacters(stdout + stderr);
}
const hardhat = join(MODULES, 'hardhat/dist/src/cli.js');
const solhint = join(MODULES, 'solhint/solhint.js');

// One after the other: they write the same files.
describe.sequential('the sources', () => {
  test('hold in unit, fuzz and invariant tests, which reach nearly every statement', {
    timeout: 300_000,
  }, async () => {
    const output = await tool(hardhat, ['test', 'solidity', '--coverage']);
    expect(output).toMatch(/\d+ passing/);
    expect(output).not.toMatch(/\d+ failing/);
    console.log(output.slice(output.indexOf('║ File Path')));
    const [, statements] = /Total\s+│ [\d.]+\s+│ ([\d.]+)/.exec(output) ?? [];
    expect(Number(statements)).toBeGreaterThanOrEqual(95);
  });

  test('pass static analysis', { timeout: 60_000 }, async () => {
    await tool(solhint, ['--max-warnings', '0', 'src/**/*.sol']);
  });

  test('compile without a warning of their own, and every contract fits on the chain', {
    timeout: 120_000,
  }, async () => {
    const output = await tool(hardhat, ['build', '--force']);
    expect(output).toContain('Compiled');
    expect(output.split('\n').filter((line) => line.includes('--> ./src/'))).toEqual([]);
  });
});

describe.sequential('what programs know of the contracts', () => {
  const names = {
    token: 'GataToken',
    rewards: 'RewardsDistributor',
    staking: 'GataStaking',
    escrow: 'ComputeEscrow',
    parameters: 'NetworkParameters',
    models: 'ModelRegistry',
    governor: 'GataGovernor',
    timelock: 'TimelockController',
  } as const satisfies Record<keyof typeof CONTRACT_INTERFACES, string>;

  test.each(Object.keys(names) as (keyof typeof names)[])('%s: is in the compiled contract', (name) => {
    const compiled = readArtifact(names[name]).interface;
    for (const line of CONTRACT_INTERFACES[name]) {
      const [fragment] = new Interface([line]).fragments;
      const same = compiled.fragments.find(
        (each) => each.type === fragment?.type && each.format('sighash') === fragment.format('sighash'),
      );
      // Only the shape: the names of values are ours to choose.
      expect(same && shape(same), line).toEqual(fragment && shape(fragment));
    }
  });

  test('the messages to sign are those that the contracts check', () => {
    const type = (types: Record<string, TypedDataFields>) =>
      Object.entries(types).map(
        ([name, fields]) => `${name}(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`,
      )[0];
    const read = (name: string) => readFileSync(join(FOLDER, 'src', `${name}.sol`), 'utf8');
    expect(read('RewardsDistributor')).toContain(`"${type(CLAIM_AND_STAKE_TYPES)}"`);
    expect(read('ComputeEscrow')).toContain(`"${type(VOUCHER_TYPES)}"`);
    expect(read('RewardsDistributor')).toContain(`EIP712("${rewardsDomain(1, '').name}", "1")`);
    expect(read('ComputeEscrow')).toContain(`__EIP712_init("${escrowDomain(1, '').name}", "1")`);
  });
});

describe.sequential('a deployment', () => {
  let anvil: Anvil;
  let profile: NetworkProfile;
  const plan = () => {
    const roles = {
      settler: anvil.deployerAddress,
      guardian: anvil.deployerAddress,
      verifier: anvil.deployerAddress,
    };
    return localPlan(anvil.url, anvil.chainId, roles);
  };
  const contract = (name: Parameters<typeof readArtifact>[0], address: string) =>
    new Contract(address, readArtifact(name).interface, anvil.deployer);
  const send = async (of: Contract, name: string, ...values: unknown[]) => {
    const sent: ContractTransactionResponse = await of.getFunction(name)(...values);
    const receipt = await sent.wait();
    if (receipt === null) throw new Error('no receipt');
    return receipt;
  };

  beforeAll(async () => {
    anvil = await startAnvil();
    profile = await deployNetwork(anvil.deployer, plan());
  });
  afterAll(async () => {
    await anvil[Symbol.asyncDispose]();
  });

  test('is as planned, and leaves the deployer no power', async () => {
    expect(await verifyNetwork(anvil.provider, profile, plan(), anvil.deployerAddress)).toEqual([]);
    const models = contract('ModelRegistry', profile.contracts.models);
    await expect(send(models, 'setModelType', 'x', true, 1)).rejects.toThrow();
    anvil.deployer.reset();
  });

  test('is found out when a contract is another one, or a parameter differs', async () => {
    const swapped = { ...profile, contracts: { ...profile.contracts, rewards: profile.contracts.escrow } };
    expect(await verifyNetwork(anvil.provider, swapped, plan(), anvil.deployerAddress)).toEqual([
      expect.stringContaining('is not the RewardsDistributor that was compiled here'),
    ]);
    const nobody = { ...profile, contracts: { ...profile.contracts, governor: anvil.deployerAddress } };
    expect(await verifyNetwork(anvil.provider, nobody, plan(), anvil.deployerAddress)).toEqual([
      expect.stringContaining('is not the GataGovernor'),
    ]);
    const faster = { ...plan(), disputeWindowSeconds: 6 };
    expect(await verifyNetwork(anvil.provider, profile, faster, anvil.deployerAddress)).toEqual([
      'RewardsDistributor.disputeWindow() is 5 instead of 6.',
    ]);
  });

  test('refuses a chain that the plan is not for', async () => {
    const elsewhere = { ...plan(), chainId: 56 };
    await expect(deployNetwork(anvil.deployer, elsewhere)).rejects.toThrow(
      'The endpoint serves chain 31337, the plan is for chain 56.',
    );
  });

  test('has plans for the public networks, and invents no token there', () => {
    const someone = anvil.deployerAddress;
    const roles = { settler: someone, guardian: someone, verifier: someone };
    expect(testnetPlan(roles)).toMatchObject({ chainId: 97, test: true, token: null });
    expect(mainnetPlan(roles, profile.token.address)).toMatchObject({ chainId: 56, test: false });
    expect(() => mainnetPlan(roles, '0x0000000000000000000000000000000000000000')).toThrow('zero address');
  });

  test('pays a claim of one among a million for at most 75,000 gas after the first', async () => {
    const token = contract('GataToken', profile.token.address);
    const rewards = contract('RewardsDistributor', profile.contracts.rewards);
    const staking = contract('GataStaking', profile.contracts.staking);
    const account = anvil.deployerAddress;
    const funding = await send(token, 'transfer', profile.contracts.rewards, 1_000n * GATA);
    const transfer = await send(token, 'transfer', '0x000000000000000000000000000000000000dEaD', GATA);
    const again = await send(token, 'transfer', '0x000000000000000000000000000000000000dEaD', GATA);

    const gas = { claims: [] as number[], makeLive: 0 };
    for (const [epoch, cumulative] of [
      [1, 10n],
      [2, 20n],
      [3, 30n],
    ] as const) {
      const tree = pathOfTwenty(account, cumulative * GATA, epoch);
      await send(rewards, 'submitRoot', epoch, tree.root, cumulative * GATA);
      await anvil.pass(6);
      const live = await send(rewards, 'makeLive');
      gas.makeLive = Number(live.gasUsed);
      const receipt = await send(rewards, 'claim', account, cumulative * GATA, tree.proof);
      gas.claims.push(Number(receipt.gasUsed));
    }
    await send(token, 'approve', profile.contracts.staking, 100n * GATA);
    const stake = await send(staking, 'deposit', 10n * GATA, account);
    await anvil.pass(2);
    const decision = await gasOfADecision();
    const unstake = await send(staking, 'requestUnstake', 10n ** 24n);
    console.table({
      'token transfer to a new account': Number(transfer.gasUsed),
      'token transfer': Number(again.gasUsed),
      'fund the distributor': Number(funding.gasUsed),
      'make a root live': gas.makeLive,
      'claim, the account’s first': gas.claims[0],
      'claim, a later one': gas.claims[2],
      'stake, the first': Number(stake.gasUsed),
      'request to unstake': Number(unstake.gasUsed),
      ...decision,
    });
    expect(gas.claims[2]).toBeLessThanOrEqual(75_000);
    // What the signer signs at most.
    expect(decision['propose, the longest description']).toBeLessThan(10_000_000);
  });

  /** From the proposal of one change to its execution, by the deployer's stake. */
  async function gasOfADecision() {
    const governor = contract('GataGovernor', profile.contracts.governor);
    const { interface: abi } = readArtifact('NetworkParameters');
    const data = abi.encodeFunctionData('setFeeSplit', [[8_500, 500, 1_000]]);
    const calls = [[profile.contracts.parameters], [0n], [data]] as const;
    const description = 'More for the nodes, because they do the work of the network.';
    const proposed = await send(governor, 'propose', ...calls, description);
    const longest = await send(governor, 'propose', ...calls, 'x'.repeat(4_096));
    const id = await governor.getFunction('getProposalId').staticCall(...calls, keccakOfText(description));
    await anvil.pass(2);
    const vote = await send(governor, 'castVote', id, 1);
    await anvil.pass(65);
    const queued = await send(governor, 'queue', ...calls, keccakOfText(description));
    await anvil.pass(5);
    const executed = await send(governor, 'execute', ...calls, keccakOfText(description));
    return {
      'propose, sixty characters': Number(proposed.gasUsed),
      'propose, the longest description': Number(longest.gasUsed),
      'vote, the first on a proposal': Number(vote.gasUsed),
      queue: Number(queued.gasUsed),
      execute: Number(executed.gasUsed),
    };
  }
});

/** What decides how a call is encoded, and whether it changes anything. */
function shape(fragment: Fragment): unknown {
  const called = fragment instanceof FunctionFragment;
  const types = (values: readonly ParamType[]) =>
    values.map((value) => `${value.format('sighash')} ${value.indexed === true}`);
  return {
    inputs: types(fragment.inputs),
    outputs: called ? types(fragment.outputs) : [],
    changes: called ? fragment.stateMutability : null,
  };
}

/** A leaf of OpenZeppelin's standard tree with twenty made-up siblings: the path of one among a million. */
function pathOfTwenty(account: string, cumulative: bigint, seed: number): { root: string; proof: string[] } {
  let node = keccak256(keccak256(concat([toBeHex(BigInt(account), 32), toBeHex(cumulative, 32)])));
  const proof = Array.from({ length: 20 }, (_, level) => keccak256(toBeHex(seed * 100 + level, 32)));
  for (const sibling of proof) node = keccak256(concat(node < sibling ? [node, sibling] : [sibling, node]));
  return { root: node, proof };
}
