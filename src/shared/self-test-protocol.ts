import { z } from 'zod';

/**
 * The sandbox's self-test: the agent tells a program inside the sandbox, on its stdin, what it must not reach, and
 * the program answers on its stdout how it fared. Every target exists, so that "not found" is an achievement.
 */
export const selfTestTargetsSchema = z.object({
  /** In the names of the files that it tries to write; new for every run. */
  nonce: z.string(),
  /** A file of the agent's, and the SHA-256 of its content, which tells it from any other file of that name. */
  canary: z.object({ path: z.string(), sha256: z.string() }),
  /** Files that hold secrets. */
  files: z.array(z.string()),
  /** Folders, with the number of names in them: an empty folder at the same path inside is another one. */
  folders: z.array(z.object({ path: z.string(), entries: z.int().nonnegative() })),
  /** Folders to write in. What arrives there is judged from outside, as a sandbox may have its own of that name. */
  writeIn: z.array(z.string()),
  /** Programs of the machine. */
  programs: z.array(z.string()),
  /** The agent's process. */
  pid: z.int().positive(),
  /** Listeners of the agent's. */
  tcp: z.array(z.object({ host: z.string(), port: z.int() })),
  /** One that receives datagrams at 127.0.0.1, and answers none. */
  udpPort: z.int(),
  /** Unix sockets; a leading NUL names an abstract one. */
  sockets: z.array(z.string()),
  /** SHA-256 of the `name=value` of the agent's environment. */
  environmentDigests: z.array(z.string()),
});
export type SelfTestTargets = z.infer<typeof selfTestTargetsSchema>;

const attemptReportSchema = z.object({
  /** In words, to follow "A model could". */
  what: z.string().max(1000),
  /** `sent`: nothing stopped it inside; whether it got anywhere is seen outside. */
  outcome: z.enum(['refused', 'sent', 'succeeded']),
  /** What the agent sees outside when it got there: `udp`, `dns`, or the folder of `writeIn`. */
  seenAs: z.string().optional(),
  /** What was got, or the error's code. */
  detail: z.string().max(1000),
});
export type AttemptReport = z.infer<typeof attemptReportSchema>;

export const selfTestReportSchema = z.object({ attempts: z.array(attemptReportSchema).max(500) });
export type SelfTestReport = z.infer<typeof selfTestReportSchema>;

/** The file that the self-test tries to write in a folder of `writeIn`. */
export function selfTestFileName(nonce: string): string {
  return `.gata-self-test-${nonce}`;
}
