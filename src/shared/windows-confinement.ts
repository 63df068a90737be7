import { z } from 'zod';

/**
 * What the Windows launcher (`out/confine/windows.js`) is told to do, as its one argument in JSON, and what it
 * answers. Paths are absolute Windows paths.
 */

/**
 * `app-container`: an AppContainer without capabilities, which has no network and reads only what is granted to it.
 * `restricted`: a token of low integrity whose restricting SIDs close the user's own files to it; Windows has no
 * means without administrator rights to take the network from it.
 */
const windowsLevelSchema = z.enum(['app-container', 'restricted']);
export type WindowsLevel = z.infer<typeof windowsLevelSchema>;

/** The layers that a Windows may lack or refuse; what else confines a worker, no worker is started without. */
export const windowsLayerSchema = z.enum([
  'low-integrity',
  'process-limit',
  'memory-limit',
  'processor-weight',
  'user-interface-limits',
  'own-desktop',
  'mitigations',
  'child-process-policy',
  'private-folder-label',
  'program-access',
  'model-access',
]);
export type WindowsLayer = z.infer<typeof windowsLayerSchema>;

export const windowsConfinementSchema = z.strictObject({
  level: windowsLevelSchema,
  /** Layers without which no worker is started. */
  required: z.array(windowsLayerSchema),
  /** Layers that were found to keep a worker from starting on this machine. */
  without: z.array(windowsLayerSchema),
  /** The worker's program and its arguments. */
  file: z.string().min(1),
  args: z.array(z.string()),
  /** Added to the few variables that Windows programs need. */
  env: z.record(z.string(), z.string()),
  /** Files and folders of the program; the worker may read them and what is in them. */
  programPaths: z.array(z.string().min(1)),
  /** The one model's folder; the worker may read the files in it. */
  modelFolder: z.string().min(1).nullable(),
  /** The worker's private folder is made in this one. */
  privateRoot: z.string().min(1),
  /** Committed memory of the worker, in bytes. */
  memoryBytes: z.int().positive(),
  /** What the worker may have on disk, in bytes. */
  diskBytes: z.int().positive(),
});
export type WindowsConfinement = z.infer<typeof windowsConfinementSchema>;

/** The launcher's exit code when Windows refused what is required: fewer layers would not help. */
export const EXIT_NOT_CONFINED = 125;
/** The launcher's exit code when Windows refused to start the worker with these layers. */
export const EXIT_NOT_STARTED = 126;

/** What the launcher writes to file descriptor 3 once the worker runs, and then closes it. */
export const windowsConfinementReportSchema = z.object({
  'child-pid': z.int().positive(),
  /** The layers that are not in force, each with the reason. */
  refused: z.array(z.object({ layer: windowsLayerSchema, reason: z.string() })),
});
export type WindowsConfinementReport = z.infer<typeof windowsConfinementReportSchema>;
