import {
  LEAST_FOR_NODES,
  LONGEST_DESCRIPTION_BYTES,
  MOST_REWARD_WEIGHT,
  type NetworkChange,
  type NetworkParameters,
} from '../../shared/governance.ts';
import { plainToken } from '../format/token-amount.ts';

const WHOLE = 10_000;
const PERCENT_DECIMALS = 2;
const TIMES_DECIMALS = 4;

/** A proposal as it is being written: what the fields hold, of every kind of change. */
export interface ChangeDraft {
  readonly what: NetworkChange['what'];
  readonly nodes: string;
  readonly protocol: string;
  readonly stakers: string;
  readonly usage: string;
  readonly perGpuHour: string;
  readonly perEpoch: string;
  readonly kind: string;
  readonly admitted: boolean;
  readonly weight: string;
  readonly description: string;
}

export type DraftField =
  | 'nodes'
  | 'protocol'
  | 'stakers'
  | 'usage'
  | 'perGpuHour'
  | 'perEpoch'
  | 'kind'
  | 'weight';

export type DraftProblem =
  | { readonly of: 'number'; readonly decimals: number }
  | { readonly of: 'tooMuch'; readonly most: number }
  | { readonly of: 'sum' | 'leastForNodes' | 'same' | 'kind' | 'noDescription' | 'longDescription' };

export interface ReadDraft {
  /** null: it cannot be proposed yet. */
  readonly change: NetworkChange | null;
  readonly fields: Readonly<Partial<Record<DraftField, DraftProblem>>>;
  /** Of the change as a whole. */
  readonly problem: DraftProblem | null;
  readonly descriptionProblem: DraftProblem | null;
  readonly descriptionBytes: number;
}

/** The parameters in force, to be changed. */
export function draftOf(
  { feeSplit, rewardWeights, modelTypes }: NetworkParameters,
  decimals: number,
): ChangeDraft {
  return {
    what: 'fee-split',
    nodes: percentText(feeSplit.nodes),
    protocol: percentText(feeSplit.protocol),
    stakers: percentText(feeSplit.stakers),
    usage: percentText(rewardWeights.usage),
    perGpuHour: plainToken(rewardWeights.availabilityPerGpuHourWei, decimals),
    perEpoch: plainToken(rewardWeights.availabilityPerEpochWei, decimals),
    kind: modelTypes[0]?.kind ?? '',
    admitted: modelTypes[0]?.admitted ?? true,
    weight: plainToken(String(modelTypes[0]?.rewardWeight ?? WHOLE), TIMES_DECIMALS),
    description: '',
  };
}

/** What a draft comes to, or what keeps it from being proposed. */
export function readDraft(draft: ChangeDraft, now: NetworkParameters, decimals: number): ReadDraft {
  const fields: Partial<Record<DraftField, DraftProblem>> = {};
  const points = (field: DraftField, places: number, most: number): number => {
    const units = readUnits(draft[field], places);
    if (units === null) fields[field] = { of: 'number', decimals: places };
    else if (units > BigInt(most)) fields[field] = { of: 'tooMuch', most: most / 10 ** places };
    return Number(units ?? 0n);
  };
  const wei = (field: 'perGpuHour' | 'perEpoch', bits: bigint): string => {
    const units = readUnits(draft[field], decimals);
    if (units === null || units >= 2n ** bits) fields[field] = { of: 'number', decimals };
    return String(units ?? 0n);
  };
  const change = ((): NetworkChange => {
    switch (draft.what) {
      case 'fee-split':
        return {
          what: 'fee-split',
          nodes: points('nodes', PERCENT_DECIMALS, WHOLE),
          protocol: points('protocol', PERCENT_DECIMALS, WHOLE),
          stakers: points('stakers', PERCENT_DECIMALS, WHOLE),
        };
      case 'reward-weights':
        return {
          what: 'reward-weights',
          usage: points('usage', PERCENT_DECIMALS, WHOLE),
          availabilityPerGpuHourWei: wei('perGpuHour', 96n),
          availabilityPerEpochWei: wei('perEpoch', 128n),
        };
      case 'model-type':
        if (!/^[a-z0-9]+([._-][a-z0-9]+)*$/.test(draft.kind) || draft.kind.length > 64)
          fields.kind = { of: 'kind' };
        return {
          what: 'model-type',
          kind: draft.kind,
          admitted: draft.admitted,
          rewardWeight: points('weight', TIMES_DECIMALS, MOST_REWARD_WEIGHT),
        };
    }
  })();
  const problem = Object.keys(fields).length > 0 ? null : problemOf(change, now);
  const descriptionBytes = new TextEncoder().encode(draft.description).length;
  const descriptionProblem: DraftProblem | null =
    draft.description.trim() === ''
      ? { of: 'noDescription' }
      : descriptionBytes > LONGEST_DESCRIPTION_BYTES
        ? { of: 'longDescription' }
        : null;
  const isReady = Object.keys(fields).length === 0 && problem === null && descriptionProblem === null;
  return { change: isReady ? change : null, fields, problem, descriptionProblem, descriptionBytes };
}

/** Ten-thousandths as a person writes percent: `80`, `12.5`. */
function percentText(basisPoints: number): string {
  return plainToken(String(basisPoints), PERCENT_DECIMALS);
}

/** The sum of the three shares in ten-thousandths; null while one of them is no number. */
export function sumOfShares(draft: ChangeDraft): number | null {
  const shares = [draft.nodes, draft.protocol, draft.stakers].map((text) =>
    readUnits(text, PERCENT_DECIMALS),
  );
  return shares.reduce<number | null>(
    (sum, each) => (sum === null || each === null ? null : sum + Number(each)),
    0,
  );
}

function problemOf(change: NetworkChange, now: NetworkParameters): DraftProblem | null {
  switch (change.what) {
    case 'fee-split': {
      const { nodes, protocol, stakers } = change;
      if (nodes + protocol + stakers !== WHOLE) return { of: 'sum' };
      if (nodes < LEAST_FOR_NODES) return { of: 'leastForNodes' };
      const { feeSplit } = now;
      const isSame = nodes === feeSplit.nodes && protocol === feeSplit.protocol;
      return isSame ? { of: 'same' } : null;
    }
    case 'reward-weights': {
      const { rewardWeights } = now;
      const isSame =
        change.usage === rewardWeights.usage &&
        change.availabilityPerGpuHourWei === rewardWeights.availabilityPerGpuHourWei &&
        change.availabilityPerEpochWei === rewardWeights.availabilityPerEpochWei;
      return isSame ? { of: 'same' } : null;
    }
    case 'model-type': {
      const known = now.modelTypes.find(({ kind }) => kind === change.kind);
      const isSame = known?.admitted === change.admitted && known.rewardWeight === change.rewardWeight;
      return isSame ? { of: 'same' } : null;
    }
  }
}

/** Whole units of a number that is typed with a point and at most so many digits behind it. */
function readUnits(text: string, decimals: number): bigint | null {
  const parts = /^(\d{1,40})(?:\.(\d+))?$/.exec(text.trim());
  const [, whole = '', fraction = ''] = parts ?? [];
  if (parts === null || fraction.length > decimals) return null;
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}
