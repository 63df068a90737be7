import { z } from 'zod';

/** What `attack-run.ts` is told to do. */
export const attackOrderSchema = z.object({
  /** `none`: the control run, in which the attacks should succeed. */
  mechanism: z.enum(['none', 'bubblewrap', 'landlock']),
  nodePath: z.string(),
  /** The attacker, in a worker's place. */
  entryPath: z.string(),
  programFolder: z.string(),
  /** For the lab, empty and of the user's own. */
  folder: z.string(),
  program: z.string(),
  setuidProgram: z.string(),
  /** Only these attempts; all unless told otherwise. */
  only: z.array(z.string()).optional(),
});
export type AttackOrder = z.infer<typeof attackOrderSchema>;

const attackOutcomeSchema = z.object({
  id: z.string(),
  what: z.string(),
  category: z.string(),
  /** `contained`: it ran, and reached nothing outside. */
  outcome: z.enum(['refused', 'contained', 'escaped']),
  detail: z.string(),
  tookMs: z.number(),
});
export type AttackOutcome = z.infer<typeof attackOutcomeSchema>;

export const attackReportSchema = z.object({
  outcomes: z.array(attackOutcomeSchema),
  /** What the agent's own test of the sandbox found; null in the control run. */
  selfTest: z.object({ attempts: z.number(), escapes: z.array(z.string()) }).nullable(),
});
export type AttackReport = z.infer<typeof attackReportSchema>;
