import { Interface } from 'ethers';
import { CONTRACT_INTERFACES } from '../../shared/chain/contract-interfaces.ts';
import type { NetworkChange } from '../../shared/governance.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';

export interface EncodedCall {
  readonly target: string;
  readonly data: string;
}

/** Pure. The call that makes the change once it is executed. @throws Error for an amount that does not fit. */
export function encodeChange(change: NetworkChange, { contracts }: NetworkProfile): EncodedCall {
  const encode = (role: 'parameters' | 'models', name: string, ...values: unknown[]): EncodedCall => ({
    target: contracts[role],
    data: new Interface(CONTRACT_INTERFACES[role]).encodeFunctionData(name, values),
  });
  switch (change.what) {
    case 'fee-split':
      return encode('parameters', 'setFeeSplit', [change.nodes, change.protocol, change.stakers]);
    case 'reward-weights':
      return encode('parameters', 'setRewardWeights', [
        change.usage,
        BigInt(change.availabilityPerGpuHourWei),
        BigInt(change.availabilityPerEpochWei),
      ]);
    case 'model-type':
      return encode('models', 'setModelType', change.kind, change.admitted, change.rewardWeight);
  }
}
