import {
  LEAST_FOR_NODES,
  LONGEST_DESCRIPTION_BYTES,
  MODEL_TYPES_LIMIT,
  type NetworkChange,
  type NetworkParameters,
} from '../../shared/governance.ts';

const WHOLE = 10_000;
const LONGEST_KIND_BYTES = 64;
/** The contract's types: uint96 and uint128. */
const MOST_PER_GPU_HOUR = 2n ** 96n - 1n;
const MOST_PER_EPOCH = 2n ** 128n - 1n;

/** Pure. Why a change makes no sense, in a sentence; null: it does. */
export function judgeChange(change: NetworkChange, now: NetworkParameters): string | null {
  switch (change.what) {
    case 'fee-split': {
      const { nodes, protocol, stakers } = change;
      const sum = nodes + protocol + stakers;
      if (sum !== WHOLE) return `The shares add up to ${sum / 100}%, and must be 100% together.`;
      if (nodes < LEAST_FOR_NODES) return `Nodes must keep at least ${LEAST_FOR_NODES / 100}%.`;
      return isSame(change, now.feeSplit) ? 'That is how fees are split already.' : null;
    }
    case 'reward-weights': {
      if (BigInt(change.availabilityPerGpuHourWei) > MOST_PER_GPU_HOUR)
        return 'That is more for an hour of availability than the contract can hold.';
      if (BigInt(change.availabilityPerEpochWei) > MOST_PER_EPOCH)
        return 'That is more for an epoch than the contract can hold.';
      return isSame(change, now.rewardWeights) ? 'That is how rewards are weighed already.' : null;
    }
    case 'model-type': {
      if (!/^[a-z0-9]+([._-][a-z0-9]+)*$/.test(change.kind) || change.kind.length > LONGEST_KIND_BYTES)
        return 'A kind of model is named by lower-case letters, digits, dots and dashes, such as text.generate.';
      const known = now.modelTypes.find(({ kind }) => kind === change.kind);
      if (known === undefined && now.modelTypes.length >= MODEL_TYPES_LIMIT)
        return 'The network has as many kinds of models as Gata can show.';
      return known !== undefined && isSame(change, known)
        ? 'That holds for this kind of model already.'
        : null;
    }
  }
}

/** Pure. The same for what is said of it. */
export function judgeDescription(description: string): string | null {
  if (description.trim() === '') return 'Say in the description what the change is for.';
  const bytes = new TextEncoder().encode(description).length;
  return bytes > LONGEST_DESCRIPTION_BYTES
    ? `The description has ${bytes} bytes, and the chain keeps ${LONGEST_DESCRIPTION_BYTES}.`
    : null;
}

/** Whether every value of the change is what holds now. */
function isSame<Values extends Readonly<Record<string, unknown>>>(
  { what: _what, ...values }: Readonly<Record<string, unknown>>,
  now: Values,
): boolean {
  return Object.entries(values).every(([name, value]) => now[name] === value);
}
