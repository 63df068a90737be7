import { z } from 'zod';
import production from '../../../../assets/network/production.json' with { type: 'json' };
import { publicKeySchema } from '../../../shared/model-catalogue.ts';

const profileSchema = z.strictObject({
  /** Public root keys of the network's model catalogue; none: not configured. */
  catalogueRoots: z.array(publicKeySchema).max(8),
});
export type NetworkProfile = z.infer<typeof profileSchema>;

/** What this build pins of the production network; it is part of the agent's own code once built. */
export function productionProfile(): NetworkProfile {
  return profileSchema.parse(production);
}
