import { z } from 'zod';

/** Per kilowatt hour, in the user's currency. */
const pricePerKilowattHourSchema = z.number().min(0).max(1000);

/** What electricity costs: one price, or one for each hour of the day in local time. */
export const tariffSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('flat'), pricePerKilowattHour: pricePerKilowattHourSchema }),
  z.object({
    kind: z.literal('hourly'),
    pricesPerKilowattHour: z.array(pricePerKilowattHourSchema).length(24),
  }),
]);
export type Tariff = z.infer<typeof tariffSchema>;
