import { z } from 'zod';

const absolutePathSchema = z.string().startsWith('/').max(4096);

/** A user that a program of root's becomes. */
const confinedUserSchema = z.strictObject({ uid: z.int().positive(), gid: z.int().positive() });
export type ConfinedUser = z.infer<typeof confinedUserSchema>;

/** What the kernel holds one process to. */
const processLimitsSchema = z.strictObject({
  openFiles: z.int().positive(),
  /** Of one file that it writes. */
  fileBytes: z.int().positive(),
  /** Processor time of all its threads. */
  cpuSeconds: z.int().positive(),
  /** Tasks (processes and threads) that may be started while the whole system has fewer than that and this many. */
  moreTasks: z.int().positive(),
});
export type ProcessLimits = z.infer<typeof processLimitsSchema>;

/**
 * The one argument of `out/confine/linux.js`, as JSON: what the program that it turns into may do. It reads the
 * system-call filter (struct sock_filter, one after another) from file descriptor 4 up to its end.
 */
export const linuxConfinementSchema = z.strictObject({
  /** The process that starts it. When that dies, so does the program. */
  parentPid: z.int().positive(),
  /** Whom root becomes; null: nobody else. Root loses its rights in either case. */
  user: confinedUserSchema.nullable(),
  /** Programs that may be executed, the dynamic loader included. */
  executables: z.array(absolutePathSchema).max(64),
  /** Files, and folders with all that is below them. What is not there is left out. */
  readOnlyPaths: z.array(absolutePathSchema).max(4096),
  /** Device nodes to read, write and control. */
  devices: z.array(absolutePathSchema).max(64),
  /** The one folder to write in: files can be made there but not removed. Also the working folder. */
  temporaryFolder: absolutePathSchema,
  /** The whole environment of the program. */
  environment: z.record(z.string(), z.string()),
  limits: processLimitsSchema,
  /** A person waits for it: it keeps the priority that it has. */
  isAwaited: z.boolean().optional(),
  program: absolutePathSchema,
  args: z.array(z.string()).max(64),
});
export type LinuxConfinement = z.infer<typeof linuxConfinementSchema>;

/** In place of instructions: the launcher prints the kernel's version of Landlock, 0 for none, and ends. */
export const LANDLOCK_VERSION_QUESTION = 'landlock-version';

/**
 * How the launcher ends when the sandbox cannot be put on completely; its complaint is on stderr. No worker has
 * been started then.
 */
export const CONFINEMENT_EXIT_CODES = {
  instructions: 101,
  filter: 102,
  parent: 103,
  limits: 104,
  privileges: 105,
  files: 106,
  'system-calls': 107,
  program: 108,
} as const;
export type ConfinementStep = keyof typeof CONFINEMENT_EXIT_CODES;

/** What every complaint of the launcher's begins with. */
export const CONFINEMENT_COMPLAINT = 'confine: ';
