import type { ConfinedUser } from '../../shared/confinement.ts';
import type { SandboxMechanism, SandboxView } from '../../shared/local-api.ts';
import type { WorkerLimits } from './resource-limits.ts';

/** The worker as a program on this machine. */
export interface WorkerProgram {
  /** The Node binary that runs it. */
  readonly nodePath: string;
  /** `out/workers/host.js`; its packages are in `node_modules` beside `out`. */
  readonly entryPath: string;
}

/** What one worker is given. */
export interface WorkerCommand {
  /** The model's folder, which the worker may read; none for a probe. */
  readonly modelFolder?: string | undefined;
  /** Folders of verified provider libraries, which it may read too, in the order of `WrappedWorker.libraryFolders`. */
  readonly libraryFolders?: readonly string[] | undefined;
  /** The one NVIDIA card that it may see, by UUID and, on Linux, the number of its device node; null: all. */
  readonly gpu?: { readonly uuid: string; readonly minorNumber: number | null } | null | undefined;
  /** The program of the worker's folder that runs, `host` unless told otherwise. */
  readonly program?: 'host' | 'self-test' | undefined;
  /** A person waits for it, so it is no background work. So far for Linux. */
  readonly isAwaited?: boolean | undefined;
}

/** How to start a worker, and how it sees its model. */
export interface WrappedWorker {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the process that is started. */
  readonly env: Readonly<Record<string, string>>;
  /** The bundle's folder as the worker sees it. */
  readonly modelFolder: string;
  /** The provider libraries' folders as the worker sees them. */
  readonly libraryFolders: readonly string[];
  /** The started process is not the worker itself: it writes the worker's pid to file descriptor 3, as JSON. */
  readonly reportsPid: boolean;
  /**
   * What the started process reads from file descriptor 4, a system-call filter, made for its pid where it depends
   * on that; none: it has no such descriptor.
   */
  readonly filter?: Uint8Array | ((pid: number) => Uint8Array) | undefined;
  /** A private folder that is made before the start and removed at the end, for this user where one is named. */
  readonly temporaryFolder?: { readonly path: string; readonly owner: ConfinedUser | null } | undefined;
  /** What the agent watches over while it runs; none: nothing. */
  readonly limits?: WorkerLimits | undefined;
}

/** What keeps a worker, and the strangers' model in it, away from the rest of the machine. */
export interface Sandbox {
  readonly mechanism: SandboxMechanism;
  describe(): SandboxView;
  wrap(command: WorkerCommand): WrappedWorker;
}
