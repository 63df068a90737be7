import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ModelManifest } from '../../../shared/model-manifest.ts';
import { ADMISSION_RULES_VERSION, type AdmissionReport, admissionReportSchema } from './admission-report.ts';
import type { BundleInspector } from './bundle-inspector.ts';
import type { BundleFile } from './inspect-bundle.ts';

/** What an inspection may take. */
export interface InspectionLimits {
  readonly longestMs: number;
  readonly memoryMegabytes: number;
}

/**
 * A bundle of two gigabytes takes a few seconds from a slow disk; a tokeniser of a quarter of a million tokens takes a
 * third of the memory.
 */
const DEFAULT_LIMITS: InspectionLimits = { longestMs: 180_000, memoryMegabytes: 640 };

/**
 * Inspects bundles in a thread of its own, one a bundle, with limits on its memory and time: the agent's own thread
 * must be free to stop compute when a game starts.
 */
export class ThreadInspector implements BundleInspector {
  readonly #entryPath: string;
  readonly #limits: InspectionLimits;

  constructor(entryPath: string, limits: InspectionLimits = DEFAULT_LIMITS) {
    this.#entryPath = entryPath;
    this.#limits = limits;
  }

  async inspect(
    files: readonly BundleFile[],
    tasks: ModelManifest['tasks'],
    signal: AbortSignal,
  ): Promise<AdmissionReport> {
    signal.throwIfAborted();
    const { longestMs, memoryMegabytes } = this.#limits;
    const tooLong = AbortSignal.timeout(longestMs);
    const thread = new Worker(this.#entryPath, {
      workerData: { files, tasks },
      resourceLimits: {
        maxOldGenerationSizeMb: memoryMegabytes,
        maxYoungGenerationSizeMb: 64,
        stackSizeMb: 4,
      },
      env: {},
      name: 'gata-inspect',
    });
    const ended = new AbortController();
    thread.once('exit', () => ended.abort());
    try {
      const either = AbortSignal.any([signal, tooLong, ended.signal]);
      const [message]: unknown[] = await once(thread, 'message', { signal: either });
      return admissionReportSchema.parse(message);
    } catch (error) {
      signal.throwIfAborted();
      if (tooLong.aborted) return inspectionFailed(`it takes more than ${longestMs / 1000} s`);
      return inspectionFailed(ended.signal.aborted ? 'its inspection ended early' : describe(error));
    } finally {
      await thread.terminate();
    }
  }
}

/**
 * The program of the inspection's thread: from sources when the agent runs from them, else as built.
 * @param programsFolder the folder that holds `out`.
 */
export function inspectorEntry(programsFolder: string): string {
  const isBuilt = !import.meta.filename.endsWith('.ts');
  return isBuilt
    ? join(programsFolder, 'out', 'agent', 'inspect-model.js')
    : join(import.meta.dirname, '..', '..', 'inspect-model.ts');
}

function inspectionFailed(reason: string): AdmissionReport {
  return {
    rulesVersion: ADMISSION_RULES_VERSION,
    admitted: false,
    reasons: [
      {
        code: 'inspection-failed',
        file: 'the bundle',
        place: '',
        message: `it could not be inspected: ${reason}`,
      },
    ],
    stoppedEarly: true,
    facts: { graphs: 0, nodes: 0, initialisers: 0, bytesInspected: 0 },
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
