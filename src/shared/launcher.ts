import { z } from 'zod';

/**
 * The name of a program that starts the agent or asks for a token of its own. People read it in sentences, so it
 * has no control characters and none that change the direction of the text.
 */
export const launcherNameSchema = z
  .string()
  .trim()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._'&+!#():-]{0,63}$/u,
    "a name has 1 to 64 letters, digits, spaces or . _ ' & + ! # ( ) : -",
  );

/** `POST /v1/launchers`: a launcher asks for a token of its own. */
export const launcherTokenRequestSchema = z.strictObject({ name: launcherNameSchema });

/** The token has the scope `launcher`, until the agent closes or the user takes it away. */
export const launcherTokenSchema = z.object({ name: launcherNameSchema, token: z.string().min(32) });
export type LauncherToken = z.infer<typeof launcherTokenSchema>;

/** `GET /v1/launchers` */
export const launchersPageSchema = z.object({
  /** The program that started the agent; null: the user did, or the system at sign-in. */
  startedBy: z.string().nullable(),
  /** Those that have a token of their own, oldest first. */
  launchers: z.array(z.object({ name: launcherNameSchema, since: z.iso.datetime() })),
});
export type LaunchersPage = z.infer<typeof launchersPageSchema>;
