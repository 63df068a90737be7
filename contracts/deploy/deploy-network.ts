import { type BaseContract, type Signer, ZeroAddress } from 'ethers';
import { type NetworkProfile, networkProfileSchema } from '../../src/shared/network-profile.ts';
import { type ContractName, factoryOf, readArtifact } from './contract-artifacts.ts';
import type { DeploymentPlan } from './deployment-plan.ts';

/** OpenZeppelin's `DEFAULT_ADMIN_ROLE`. */
const ADMIN_ROLE = `0x${'00'.repeat(32)}`;

/**
 * Deploys every contract, gives all power to the timelock and takes it from the deployer.
 * @param say tells the progress, a sentence each.
 * @throws Error when the chain is another than the plan's, or a transaction fails.
 */
export async function deployNetwork(
  signer: Signer,
  plan: DeploymentPlan,
  say: (sentence: string) => void = () => {},
): Promise<NetworkProfile> {
  const { provider } = signer;
  if (provider === null) throw new Error('The signer has no connection to a chain.');
  const { chainId } = await provider.getNetwork();
  if (Number(chainId) !== plan.chainId) {
    throw new Error(`The endpoint serves chain ${chainId}, the plan is for chain ${plan.chainId}.`);
  }
  const deployer = await signer.getAddress();
  const deployedAtBlock = await provider.getBlockNumber();

  const deploy = async (name: ContractName, ...values: unknown[]): Promise<Deployed> => {
    const contract = await factoryOf(name, signer).deploy(...values);
    await contract.waitForDeployment();
    const address = await contract.getAddress();
    say(`${name} is at ${address}.`);
    return new Deployed(contract, address);
  };
  const deployBehindProxy = async (name: ContractName, ...values: unknown[]): Promise<Deployed> => {
    const implementation = await deploy(name);
    const { interface: abi } = readArtifact(name);
    const proxy = await deploy(
      'ERC1967Proxy',
      implementation.address,
      abi.encodeFunctionData('initialize', values),
    );
    return new Deployed(factoryOf(name, signer).attach(proxy.address), proxy.address);
  };

  const tokenAddress = plan.token ?? (await deploy('GataToken', deployer, plan.testSupply)).address;
  const token = new Deployed(factoryOf('GataToken', signer).attach(tokenAddress), tokenAddress);
  // Anybody may execute what was decided and has waited; the deployer's own power ends below.
  const timelock = await deploy('TimelockController', plan.timelockSeconds, [], [ZeroAddress], deployer);
  const treasury = plan.treasury ?? timelock.address;
  const staking = await deployBehindProxy('GataStaking', token.address, deployer, treasury, [
    plan.unbondingSeconds,
    plan.slashDelaySeconds,
    plan.rewardDurationSeconds,
    plan.rewardPerDay,
  ]);
  const rewards = await deploy(
    'RewardsDistributor',
    token.address,
    staking.address,
    deployer,
    plan.disputeWindowSeconds,
  );
  const { feeSplit, rewardWeights } = plan;
  const parameters = await deploy(
    'NetworkParameters',
    deployer,
    treasury,
    [feeSplit.nodes, feeSplit.protocol, feeSplit.stakers],
    [rewardWeights.usage, rewardWeights.availabilityPerGpuHour, rewardWeights.availabilityPerEpoch],
  );
  const models = await deploy('ModelRegistry', deployer);
  const escrow = await deployBehindProxy(
    'ComputeEscrow',
    token.address,
    parameters.address,
    staking.address,
    rewards.address,
    deployer,
    plan.withdrawalNoticeSeconds,
  );
  const governor = await deploy(
    'GataGovernor',
    staking.address,
    timelock.address,
    plan.votingDelaySeconds,
    plan.votingPeriodSeconds,
    plan.proposalThreshold,
    plan.quorumPercent,
  );

  say('Setting roles, tiers and model types…');
  await rewards.send('grantRole', await rewards.ask('SETTLER_ROLE'), plan.settler);
  await rewards.send('grantRole', await rewards.ask('GUARDIAN_ROLE'), plan.guardian);
  await staking.send('grantRole', await staking.ask('VERIFIER_ROLE'), plan.verifier);
  await staking.send('setTiers', plan.tierThresholds);
  await escrow.send('grantRole', await escrow.ask('GATEWAY_ROLE'), plan.settler);
  for (const kind of plan.modelKinds) await models.send('setModelType', kind, true, 10_000);
  await timelock.send('grantRole', await timelock.ask('PROPOSER_ROLE'), governor.address);
  await timelock.send('grantRole', await timelock.ask('CANCELLER_ROLE'), governor.address);

  say('Handing everything to the timelock…');
  for (const contract of [rewards, staking, escrow]) {
    await contract.send('grantRole', ADMIN_ROLE, timelock.address);
    await contract.send('renounceRole', ADMIN_ROLE, deployer);
  }
  for (const contract of [parameters, models]) await contract.send('transferOwnership', timelock.address);
  await timelock.send('renounceRole', ADMIN_ROLE, deployer);

  return networkProfileSchema.parse({
    schemaVersion: 1,
    name: plan.name,
    test: plan.test,
    chainId: plan.chainId,
    rpcUrls: plan.rpcUrls,
    explorerUrl: plan.explorerUrl,
    nativeSymbol: plan.nativeSymbol,
    token: {
      address: token.address,
      symbol: await token.ask('symbol'),
      decimals: Number(await token.ask('decimals')),
    },
    contracts: {
      rewards: rewards.address,
      staking: staking.address,
      escrow: escrow.address,
      parameters: parameters.address,
      models: models.address,
      governor: governor.address,
      timelock: timelock.address,
    },
    deployedAtBlock,
  });
}

class Deployed {
  readonly address: string;
  readonly #contract: BaseContract;

  constructor(contract: BaseContract, address: string) {
    this.#contract = contract;
    this.address = address;
  }

  /** Sends a transaction and waits until a block has it. */
  async send(name: string, ...values: unknown[]): Promise<void> {
    const sent = await this.#contract.getFunction(name).send(...values);
    const receipt = await sent.wait();
    if (receipt?.status !== 1) throw new Error(`${name} failed in transaction ${sent.hash}.`);
  }

  async ask(name: string): Promise<string> {
    return String(await this.#contract.getFunction(name).staticCall());
  }
}
