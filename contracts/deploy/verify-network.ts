import { Contract, dataSlice, type Provider } from 'ethers';
import type { NetworkProfile } from '../../src/shared/network-profile.ts';
import { type ContractName, readArtifact } from './contract-artifacts.ts';
import type { DeploymentPlan } from './deployment-plan.ts';

/** Where ERC-1967 proxies keep the address of their implementation. */
const IMPLEMENTATION_SLOT = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';
const ADMIN_ROLE = `0x${'00'.repeat(32)}`;

/**
 * Checks on the chain that a deployment is what the sources and the plan say, and that the timelock alone governs it.
 * @param deployer must be left without any power.
 * @returns what is wrong, a sentence each; empty when all is well.
 */
export async function verifyNetwork(
  provider: Provider,
  profile: NetworkProfile,
  plan: DeploymentPlan,
  deployer: string,
): Promise<string[]> {
  const wrong: string[] = [];
  const expect = (holds: boolean, sentence: string): void => {
    if (!holds) wrong.push(sentence);
  };
  const { chainId } = await provider.getNetwork();
  if (Number(chainId) !== profile.chainId) {
    return [`The endpoint serves chain ${chainId}, the profile is of chain ${profile.chainId}.`];
  }
  const { contracts, token } = profile;

  const proxied: [ContractName, string][] = [
    ['GataStaking', contracts.staking],
    ['ComputeEscrow', contracts.escrow],
  ];
  for (const [name, address] of proxied) {
    expect(
      await hasCodeOf(provider, address, 'ERC1967Proxy'),
      `${address} is not the proxy of ${name} that was compiled here.`,
    );
    const slot = await provider.getStorage(address, IMPLEMENTATION_SLOT);
    expect(
      await hasCodeOf(provider, dataSlice(slot, 12), name),
      `The code behind ${address} is not the ${name} that was compiled here.`,
    );
  }
  const plain: [ContractName, string][] = [
    ['RewardsDistributor', contracts.rewards],
    ['NetworkParameters', contracts.parameters],
    ['ModelRegistry', contracts.models],
    ['GataGovernor', contracts.governor],
    ['TimelockController', contracts.timelock],
    ...(plan.token === null ? [['GataToken', token.address] as [ContractName, string]] : []),
  ];
  for (const [name, address] of plain) {
    expect(await hasCodeOf(provider, address, name), `${address} is not the ${name} that was compiled here.`);
  }
  if (wrong.length > 0) return wrong;

  const ask = async (name: ContractName, address: string, call: string, ...values: unknown[]) =>
    new Contract(address, readArtifact(name).interface, provider).getFunction(call).staticCall(...values);
  const asks = async (
    name: ContractName,
    address: string,
    call: string,
    values: unknown[],
    answer: unknown,
  ) => {
    const got = await ask(name, address, call, ...values);
    expect(
      String(got).toLowerCase() === String(answer).toLowerCase(),
      `${name}.${call}(${values.join(', ')}) is ${String(got)} instead of ${String(answer)}.`,
    );
  };
  const governed: [ContractName, string][] = [...proxied, ['RewardsDistributor', contracts.rewards]];
  for (const [name, address] of governed) {
    await asks(name, address, 'hasRole', [ADMIN_ROLE, contracts.timelock], true);
    await asks(name, address, 'hasRole', [ADMIN_ROLE, deployer], false);
  }
  await asks('NetworkParameters', contracts.parameters, 'owner', [], contracts.timelock);
  await asks('ModelRegistry', contracts.models, 'owner', [], contracts.timelock);
  await asks('TimelockController', contracts.timelock, 'hasRole', [ADMIN_ROLE, deployer], false);
  const proposer = await ask('TimelockController', contracts.timelock, 'PROPOSER_ROLE');
  await asks('TimelockController', contracts.timelock, 'hasRole', [proposer, contracts.governor], true);
  await asks('TimelockController', contracts.timelock, 'hasRole', [proposer, deployer], false);
  await asks('TimelockController', contracts.timelock, 'getMinDelay', [], plan.timelockSeconds);
  await asks('GataGovernor', contracts.governor, 'token', [], contracts.staking);
  await asks('GataGovernor', contracts.governor, 'timelock', [], contracts.timelock);
  await asks('GataStaking', contracts.staking, 'asset', [], token.address);
  await asks('GataStaking', contracts.staking, 'decimals', [], token.decimals + 6);
  await asks('RewardsDistributor', contracts.rewards, 'token', [], token.address);
  await asks('RewardsDistributor', contracts.rewards, 'staking', [], contracts.staking);
  await asks('RewardsDistributor', contracts.rewards, 'disputeWindow', [], plan.disputeWindowSeconds);
  await asks('ComputeEscrow', contracts.escrow, 'token', [], token.address);
  await asks('ComputeEscrow', contracts.escrow, 'parameters', [], contracts.parameters);
  await asks('ComputeEscrow', contracts.escrow, 'notice', [], plan.withdrawalNoticeSeconds);
  const { feeSplit } = plan;
  const split = [feeSplit.nodes, feeSplit.protocol, feeSplit.stakers].join(',');
  await asks('NetworkParameters', contracts.parameters, 'feeSplit', [], split);
  return wrong;
}

/** The code at the address is the compiled one, but for the values that its constructor put into it. */
async function hasCodeOf(provider: Provider, address: string, name: ContractName): Promise<boolean> {
  const code = await provider.getCode(address);
  const { deployedBytecode, immutables } = readArtifact(name);
  if (code.length !== deployedBytecode.length) return false;
  const blank = (text: string): string =>
    immutables.reduce((rest, { start, length }) => {
      const from = 2 + 2 * start;
      return rest.slice(0, from) + '0'.repeat(2 * length) + rest.slice(from + 2 * length);
    }, text);
  return blank(code) === blank(deployedBytecode);
}
