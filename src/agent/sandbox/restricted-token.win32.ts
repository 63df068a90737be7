import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SandboxView } from '../../shared/local-api.ts';
import type {
  WindowsConfinement,
  WindowsConfinementReport,
  WindowsLayer,
  WindowsLevel,
} from '../../shared/windows-confinement.ts';
import { programEntry } from './program-entry.ts';
import type { WorkerLimits } from './resource-limits.ts';
import { restrictedTokenProtections } from './restricted-token-protections.ts';
import { NotConfined, tryToStart } from './restricted-token-trial.win32.ts';
import type { Sandbox, WorkerCommand, WorkerProgram, WrappedWorker } from './sandbox.ts';
import { findWorkerFiles } from './worker-files.ts';

/** Without these a worker would not be confined at all. */
const REQUIRED: readonly WindowsLayer[] = ['low-integrity', 'process-limit', 'memory-limit'];

/** Layers that a program may fail to start with, and one that cannot be within a job of somebody else's. */
const DOUBTFUL: readonly WindowsLayer[] = ['own-desktop', 'user-interface-limits', 'mitigations'];
/** What is left out in turn. */
const RUNGS: readonly (readonly WindowsLayer[])[] = [[], ...DOUBTFUL.map((layer) => [layer]), DOUBTFUL];

/** What is tried in turn, the strictest first. */
const LEVELS: readonly (readonly [WindowsLevel, typeof RUNGS])[] = [
  ['app-container', RUNGS],
  ['restricted', RUNGS],
];

/** So that Node does not ask for the folders above its files, which are closed to the worker. */
const NODE_FLAGS = ['--preserve-symlinks', '--preserve-symlinks-main'];

/** What the launcher, which is not confined, needs of the agent's environment. */
const LAUNCHER_VARIABLES = [
  ...['SystemRoot', 'windir', 'SystemDrive', 'PATH'],
  ...['TEMP', 'TMP', 'USERPROFILE', 'LOCALAPPDATA', 'APPDATA'],
];

export interface RestrictedTokenParts {
  readonly program: WorkerProgram;
  /** `out/confine/windows.js`. */
  readonly launcherPath: string;
  readonly limits: Pick<WorkerLimits, 'memoryBytes' | 'temporaryBytes'>;
  /** Workers' folders are made in it; a folder of the system's temporary one unless told otherwise. */
  readonly privateRoot?: string | undefined;
  /** Layers without which there is no sandbox; tests where Windows is imitated want fewer. */
  readonly required?: readonly WindowsLayer[] | undefined;
}

/** What was found to work on this machine. */
interface Found {
  readonly level: WindowsLevel;
  readonly without: readonly WindowsLayer[];
  readonly refused: WindowsConfinementReport['refused'];
}

/**
 * Windows without administrator rights: a launcher starts the worker with a token that has lost its rights, in an
 * AppContainer where that works, in a Job that ends it with the launcher, and waits for it.
 */
export class RestrictedToken implements Sandbox {
  readonly mechanism = 'restricted-token';
  readonly #parts: RestrictedTokenParts;
  readonly #programPaths: readonly string[];
  readonly #found: Found;

  private constructor(parts: RestrictedTokenParts, programPaths: readonly string[], found: Found) {
    this.#parts = parts;
    this.#programPaths = programPaths;
    this.#found = found;
  }

  /**
   * Starts workers with fewer and fewer layers until one runs.
   * @throws Error with what each said when none does.
   */
  static async create(parts: RestrictedTokenParts): Promise<RestrictedToken> {
    const { paths } = await findWorkerFiles(parts.program);
    const programPaths = [...new Set([parts.program.nodePath, ...paths])];
    const failures: string[] = [];
    for (const [level, rungs] of LEVELS) {
      for (const without of rungs) {
        const rung = { level, without, refused: [] };
        try {
          const refused = await tryToStart(new RestrictedToken(parts, programPaths, rung).wrap({}));
          return new RestrictedToken(parts, programPaths, { ...rung, refused });
        } catch (error) {
          failures.push(`${nameOf(rung)}: ${error instanceof Error ? error.message : String(error)}`);
          if (error instanceof NotConfined) break;
        }
      }
    }
    throw new Error(failures.join(' '));
  }

  describe(): SandboxView {
    const { level, refused } = this.#found;
    return {
      mechanism: this.mechanism,
      working: true,
      detail:
        level === 'app-container'
          ? 'Models run in an AppContainer without network, environment and files but their own, and end with Gata.'
          : 'Models run without your rights and your own files, but Windows leaves them the network. They end with Gata.',
      protections: restrictedTokenProtections(level, refused, this.#parts.limits),
      selfTest: null,
    };
  }

  wrap({ modelFolder, libraryFolders = [], gpu, program }: WorkerCommand): WrappedWorker {
    const { nodePath, entryPath } = this.#parts.program;
    const privateRoot = this.#parts.privateRoot ?? path.join(tmpdir(), 'gata-workers');
    const model = modelFolder === undefined ? null : path.resolve(modelFolder);
    const libraries = libraryFolders.map((each) => path.resolve(each));
    const instructions: WindowsConfinement = {
      level: this.#found.level,
      required: [...(this.#parts.required ?? REQUIRED)],
      without: [...this.#found.without],
      file: path.resolve(nodePath),
      args: [...NODE_FLAGS, programEntry(path.resolve(entryPath), program)],
      env: {
        // Reduced precision would make results differ from node to node.
        NVIDIA_TF32_OVERRIDE: '0',
        ...(gpu == null ? {} : { CUDA_VISIBLE_DEVICES: gpu.uuid }),
      },
      programPaths: [...this.#programPaths.map((each) => path.resolve(each)), ...libraries],
      modelFolder: model,
      privateRoot: path.resolve(privateRoot),
      memoryBytes: this.#parts.limits.memoryBytes,
      diskBytes: this.#parts.limits.temporaryBytes,
    };
    return {
      file: nodePath,
      args: [path.resolve(this.#parts.launcherPath), JSON.stringify(instructions)],
      env: launcherEnvironment(process.env),
      modelFolder: model ?? path.resolve(privateRoot),
      libraryFolders: libraries,
      reportsPid: true,
    };
  }
}

function nameOf({ level, without }: Pick<Found, 'level' | 'without'>): string {
  return without.length === 0 ? level : `${level} without ${without.join(', ')}`;
}

function launcherEnvironment(outer: NodeJS.ProcessEnv): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of LAUNCHER_VARIABLES) {
    const value = outer[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
