import { formatEther, getAddress, Interface, Transaction, type TransactionDescription } from 'ethers';
import { CONTRACT_INTERFACES } from '../shared/chain/contract-interfaces.ts';
import { GataError } from '../shared/gata-error.ts';
import type { NetworkProfile } from '../shared/network-profile.ts';
import type { SignedValue, SigningDescription, UnsignedTransaction } from '../shared/signer-protocol.ts';
import {
  type CallContext,
  type CalledContract,
  KNOWN_CALLS,
  type KnownCall,
  sameAddress,
} from './known-calls.ts';

/** No call of the wallet needs more; a mistake or a forged estimate must not cost more. */
const GAS_LIMIT_CEILING = 10_000_000n;

/** By the contract's role. */
const INTERFACES: ReadonlyMap<string, Interface> = new Map(
  Object.entries(CONTRACT_INTERFACES).map(([role, lines]) => [role, new Interface(lines)]),
);

export interface SigningRules {
  readonly profile: NetworkProfile;
  /** The signing address. */
  readonly own: string;
  readonly feeCeilingWei: bigint;
}

export interface ReadTransaction {
  readonly transaction: Transaction;
  readonly description: SigningDescription;
}

/**
 * What a transaction does, read from the bytes that would be signed.
 * @throws GataError `signing-refused` for all that the wallet does not sign.
 */
export function readTransaction(asked: UnsignedTransaction, rules: SigningRules): ReadTransaction {
  const { profile, feeCeilingWei } = rules;
  const transaction = Transaction.from({
    type: 2,
    chainId: asked.chainId,
    nonce: asked.nonce,
    to: getAddress(asked.to.toLowerCase()),
    data: asked.data,
    value: 0n,
    gasLimit: BigInt(asked.gasLimit),
    maxFeePerGas: BigInt(asked.maxFeePerGasWei),
    maxPriorityFeePerGas: BigInt(asked.maxPriorityFeePerGasWei),
  });
  if (asked.chainId !== profile.chainId) {
    throw refused(`it is for chain ${asked.chainId}, and ${profile.name} is chain ${profile.chainId}`);
  }
  const { gasLimit, maxFeePerGas, maxPriorityFeePerGas } = transaction;
  if (maxFeePerGas === null || maxPriorityFeePerGas === null) throw refused('it has no fees');
  if (gasLimit > GAS_LIMIT_CEILING) throw refused(`its gas limit is above ${GAS_LIMIT_CEILING}`);
  if (maxPriorityFeePerGas > maxFeePerGas) throw refused('its tip is above its highest fee');
  const maxFeeWei = gasLimit * maxFeePerGas;
  if (maxFeeWei > feeCeilingWei) {
    const [fee, ceiling] = [maxFeeWei, feeCeilingWei].map(
      (wei) => `${formatEther(wei)} ${profile.nativeSymbol}`,
    );
    throw refused(`its fee may be ${fee}, above the limit of ${ceiling}`);
  }
  const contract = contractAt(asked.to, profile);
  if (contract === undefined) throw refused(`${asked.to} is not a contract that the wallet uses`);
  const { call, known } = readCall(contract, asked.data);
  const context: CallContext = {
    profile,
    own: rules.own,
    describeCall: (target, data) => describeInnerCall(target, data, profile),
  };
  const refusal = known.refusal?.(call.args, context);
  if (refusal !== undefined) throw refused(refusal);
  return {
    transaction,
    description: {
      network: profile.name,
      contract,
      call: call.name,
      sentence: known.sentence(call.args, context),
      values: valuesOf(call, known),
      maxFeeWei: String(maxFeeWei),
    },
  };
}

export function refused(why: string): GataError {
  return new GataError('signing-refused', `The wallet does not sign this: ${why}.`);
}

function contractAt(address: string, { token, contracts }: NetworkProfile): CalledContract | undefined {
  const { rewards, staking, escrow, governor } = contracts;
  const called = { token: token.address, rewards, staking, escrow, governor };
  const names = ['token', 'rewards', 'staking', 'escrow', 'governor'] as const;
  return names.find((name) => sameAddress(address, called[name]));
}

function readCall(
  contract: CalledContract,
  data: string,
): { call: TransactionDescription; known: KnownCall } {
  const call = parse(contract, data);
  const known = call === undefined ? undefined : KNOWN_CALLS[contract][call.name];
  if (call === undefined || known === undefined) {
    throw refused(`the wallet does not use the function ${data.slice(0, 10)} of the ${contract} contract`);
  }
  return { call, known };
}

/** Only the one encoding that the contract's own compiler would make: nothing hides in padding or at the end. */
function parse(role: string, data: string): TransactionDescription | undefined {
  const abi = INTERFACES.get(role);
  try {
    const call = abi?.parseTransaction({ data });
    if (abi === undefined || call == null) return undefined;
    return abi.encodeFunctionData(call.fragment, call.args) === data ? call : undefined;
  } catch {
    // The arguments are cut off or out of range.
    return undefined;
  }
}

/** What a proposal would have the network do. */
function describeInnerCall(target: string, data: string, { token, contracts }: NetworkProfile): string {
  const places = Object.entries({ token: token.address, ...contracts });
  const name = places.find(([, address]) => sameAddress(target, address))?.[0];
  const call = name === undefined ? undefined : parse(name, data);
  if (name === undefined || call === undefined) {
    return `call ${name ?? target} with ${data.length > 74 ? `${data.slice(0, 74)}…` : data}`;
  }
  return `${name}.${call.name}(${call.args.map(plain).join(', ')})`;
}

function valuesOf({ fragment, args }: TransactionDescription, { kinds }: KnownCall): SignedValue[] {
  return fragment.inputs.map((input, index) => ({
    name: input.name,
    kind: kinds[index] ?? 'text',
    value: plain(args[index]),
  }));
}

function plain(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(plain).join(', ')}]` : String(value);
}
