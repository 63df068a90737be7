import { z } from 'zod';
import { gpuPresetSchema } from './gpu-preferences.ts';

/** `HH:MM` in local time. */
const timeOfDaySchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'write a time as HH:MM from 00:00 to 23:59, such as 07:30');

/** A span of the week in which another preset holds, or compute is off. The first that applies wins. */
export const scheduleRuleSchema = z.object({
  /** 0 is Sunday, as in `Date.getDay()`; the day on which the span begins. */
  days: z.array(z.int().min(0).max(6)).min(1).max(7),
  from: timeOfDaySchema,
  /** Before `from`: the next day. The same as `from`: a whole day. */
  until: timeOfDaySchema,
  preset: z.union([gpuPresetSchema.exclude(['custom']), z.literal('off')]),
});
export type ScheduleRule = z.infer<typeof scheduleRuleSchema>;
