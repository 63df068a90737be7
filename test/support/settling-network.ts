import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Contract, type HDNodeWallet, parseEther, Wallet } from 'ethers';
import { deployNetwork } from '../../contracts/deploy/deploy-network.ts';
import { localPlan } from '../../contracts/deploy/deployment-plan.ts';
import { CONTRACT_INTERFACES } from '../../src/shared/chain/contract-interfaces.ts';
import { escrowDomain, VOUCHER_TYPES } from '../../src/shared/chain/typed-data.ts';
import type { NetworkProfile } from '../../src/shared/network-profile.ts';
import { type Anvil, startAnvil } from './anvil.ts';

export const GATA = 10n ** 18n;

/** A network on a chain of its own, with the files that a gateway's flags name. */
export interface SettlingNetwork extends AsyncDisposable {
  readonly anvil: Anvil;
  readonly profile: NetworkProfile;
  readonly profileFile: string;
  /** Settles, and is whom vouchers name. */
  readonly settler: HDNodeWallet;
  readonly settlerKeyFile: string;
  readonly relay: HDNodeWallet;
  readonly relayKeyFile: string;
  contract(name: 'token' | 'rewards' | 'escrow' | 'staking'): Contract;
  /** Sends from the deployer, and waits for the block. */
  send(contract: Contract, name: string, ...values: unknown[]): Promise<void>;
  /** An account with a deposit in the escrow. */
  buyer(depositWei: bigint): Promise<HDNodeWallet>;
  /** A voucher for this network's gateway. */
  voucher(
    buyer: HDNodeWallet,
    cumulativeWei: bigint,
  ): Promise<{
    readonly buyer: string;
    readonly cumulative: string;
    readonly signature: string;
  }>;
}

/** @param folder where the files are written. */
export async function startSettlingNetwork(
  folder: string,
  changes: { readonly disputeWindowSeconds?: number } = {},
): Promise<SettlingNetwork> {
  const anvil = await startAnvil();
  const who = anvil.deployerAddress;
  const settler = Wallet.createRandom();
  const roles = { settler: settler.address, guardian: who, verifier: who };
  const plan = { ...localPlan(anvil.url, anvil.chainId, roles), ...changes };
  const profile = await deployNetwork(anvil.deployer, plan);
  const relay = Wallet.createRandom();
  const fileOf = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
    return path.join(folder, name);
  };
  const giveCoins = async (address: string) => {
    await anvil.provider.send('anvil_setBalance', [address, `0x${parseEther('10').toString(16)}`]);
  };
  const contract: SettlingNetwork['contract'] = (name) => {
    const address = name === 'token' ? profile.token.address : profile.contracts[name];
    return new Contract(address, CONTRACT_INTERFACES[name], anvil.deployer);
  };
  const send: SettlingNetwork['send'] = async (of, name, ...values) => {
    const sent = await of.getFunction(name).send(...values);
    await sent.wait();
  };
  await giveCoins(relay.address);
  await giveCoins(settler.address);
  await send(contract('token'), 'transfer', settler.address, BigInt(plan.testSupply) / 2n);
  return {
    anvil,
    profile,
    profileFile: fileOf('profile.json', JSON.stringify(profile)),
    settler,
    settlerKeyFile: fileOf('settler.key', settler.privateKey),
    relay,
    relayKeyFile: fileOf('relay.key', relay.privateKey),
    contract,
    send,
    buyer: async (depositWei) => {
      const buyer = Wallet.createRandom();
      await send(contract('token'), 'approve', profile.contracts.escrow, depositWei);
      await send(contract('escrow'), 'deposit', buyer.address, depositWei);
      return buyer;
    },
    voucher: async (buyer, cumulativeWei) => {
      const domain = escrowDomain(profile.chainId, profile.contracts.escrow);
      const types = { Voucher: VOUCHER_TYPES.Voucher.map(({ name, type }) => ({ name, type })) };
      const message = { buyer: buyer.address, gateway: settler.address, cumulative: cumulativeWei };
      const signature = await buyer.signTypedData(domain, types, message);
      return { buyer: buyer.address, cumulative: String(cumulativeWei), signature };
    },
    [Symbol.asyncDispose]: () => anvil[Symbol.asyncDispose](),
  };
}
