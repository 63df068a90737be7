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
  /** A card is at its safety temperature, or its temperature cannot be read. */
  'gpu-too-hot',
  /** The driver went away, is being updated, or a card fell off the bus. */
  'gpu-unavailable',
  /** Other programs need the card's memory. */
  'gpu-memory-needed',
  /** The user allows no card. */
  'no-gpu-allowed',
  /** Keyboard or mouse are used, and the user wants the machine for themselves then. */
  'in-use',
  /** Other programs keep the card or the processor busy. */
  'machine-busy',
  'screen-recorded',
  'on-battery',
  'metered-network',
  'schedule',
  /** Electricity costs more than the work earns. */
  'costs-money',
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
