import { z } from 'zod';

/**
 * Why compute is not running: the one list, from the policy to the tray, the API and the log, most urgent
 * first. The first that applies is the one a tray shows.
 */
export const pauseReasonCodeSchema = z.enum([
  'shutting-down',
  'game-running',
  'pause-lease',
  'user-paused',
  'no-sandbox',
  'worker-fault',
  'starting',
]);
export type PauseReasonCode = z.infer<typeof pauseReasonCodeSchema>;

export const pauseReasonSchema = z.object({
  code: pauseReasonCodeSchema,
  /** The reason in words, for people: "Hades II is running". */
  message: z.string(),
  since: z.iso.datetime(),
  /** When it ends by itself, where that is known. */
  until: z.iso.datetime().optional(),
});
export type PauseReason = z.infer<typeof pauseReasonSchema>;
