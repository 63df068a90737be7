import { z } from 'zod';

/** Per kilowatt hour, in the user's currency. */
const pricePerKilowattHourSchema = z.number('write a price as a number, such as 0.32').min(0).max(1000);

/** What electricity costs: one price, or one for each hour of the day in local time. */
export const tariffSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('flat'), pricePerKilowattHour: pricePerKilowattHourSchema }),
  z.object({
    kind: z.literal('hourly'),
    pricesPerKilowattHour: z
      .array(pricePerKilowattHourSchema)
      .length(24, 'give 24 prices, one for each hour from midnight on'),
  }),
]);
export type Tariff = z.infer<typeof tariffSchema>;
