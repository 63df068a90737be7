import { z } from 'zod';

/** What Gata does while a game runs: stop, nothing, or go on at a low pace. */
export const gameChoiceSchema = z.enum(['pause', 'ignore', 'share']);
export type GameChoice = z.infer<typeof gameChoiceSchema>;

/** What a choice is about: an installed game's id, or `program:` and a program's normalized path. */
export const gameKeySchema = z.string().min(1).max(4200);

/** Share of the time that a model may run on a card that a game is played on by the user's choice. */
export const SHARED_DUTY_CYCLE = 0.25;
