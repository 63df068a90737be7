import { z } from 'zod';
import { CONTRACT_INTERFACES } from '../../shared/chain/contract-interfaces.ts';
import type { ChainView } from '../../shared/chain/rpc/chain-view.ts';
import { MODEL_TYPES_LIMIT, type NetworkParameters } from '../../shared/governance.ts';
import type { NetworkProfile } from '../../shared/network-profile.ts';

const threeNumbersSchema = z.tuple([z.bigint(), z.bigint(), z.bigint()]);
const modelTypesSchema = z.tuple([z.array(z.string()), z.array(z.tuple([z.boolean(), z.bigint()]))]);

/** The parameters in force, by three calls. @throws GataError as `ChainView.ask`. */
export async function readParameters(
  view: ChainView,
  { contracts }: NetworkProfile,
): Promise<NetworkParameters> {
  const [split, weights, types] = await Promise.all([
    view.read(CONTRACT_INTERFACES.parameters, contracts.parameters, 'feeSplit'),
    view.read(CONTRACT_INTERFACES.parameters, contracts.parameters, 'rewardWeights'),
    view.read(CONTRACT_INTERFACES.models, contracts.models, 'modelTypes'),
  ]);
  const [nodes, protocol, stakers] = threeNumbersSchema.parse(split[0]);
  const [usage, perGpuHour, perEpoch] = threeNumbersSchema.parse(weights[0]);
  const [kinds, rules] = modelTypesSchema.parse(types);
  return {
    feeSplit: { nodes: Number(nodes), protocol: Number(protocol), stakers: Number(stakers) },
    rewardWeights: {
      usage: Number(usage),
      availabilityPerGpuHourWei: String(perGpuHour),
      availabilityPerEpochWei: String(perEpoch),
    },
    modelTypes: kinds.slice(0, MODEL_TYPES_LIMIT).flatMap((kind, index) => {
      const rule = rules[index];
      return rule === undefined ? [] : [{ kind, admitted: rule[0], rewardWeight: Number(rule[1]) }];
    }),
  };
}
