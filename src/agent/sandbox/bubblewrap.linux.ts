import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { SandboxView } from '../../shared/local-api.ts';
import { bubblewrapProtections } from './bubblewrap-protections.ts';
import { devicesFor, type GpuAccess, NO_GPU, usesCuda } from './gpu-access.linux.ts';
import { atLowestPriority } from './lowest-priority.ts';
import { processFilesCover } from './process-files-cover.linux.ts';
import { programEntry } from './program-entry.ts';
import type { Sandbox, WorkerCommand, WorkerProgram, WrappedWorker } from './sandbox.ts';
import { isFilteredArchitecture, systemCallFilter } from './seccomp/system-call-filter.ts';
import { sharedLibrariesOf } from './shared-libraries.linux.ts';
import { findWorkerFiles } from './worker-files.ts';

const run = promisify(execFile);

/** Where things are inside. */
const INSIDE = { node: '/app/node', root: '/app', model: '/model', libraries: '/libraries' };
/** Nobody: ids that own nothing. */
const NOBODY = '65534';
/** Cap of the worker's private /tmp, which takes memory. */
const TEMPORARY_BYTES = 256 * 1024 * 1024;
/** ONNX Runtime chooses its threads by the processors listed here. */
const PROCESSOR_LIST = '/sys/devices/system/cpu';
/** All that programs expect of /dev; terminals are left out. */
const DEVICES = ['/dev/null', '/dev/zero', '/dev/random', '/dev/urandom'];
/** In its PID namespace the worker is the first process. */
const PID_INSIDE = 1;

interface Prepared {
  readonly file: string;
  /** For all workers; what is a worker's own follows. */
  readonly args: readonly string[];
  readonly gpu: GpuAccess;
  /** The worker's entry, inside. */
  readonly entry: string;
  readonly filter: Uint8Array;
}

/**
 * Linux namespaces by bubblewrap, and a filter of system calls. A worker sees its program, the libraries it loads,
 * one model and an empty /tmp; it has no network, no environment, no capabilities and no other process.
 */
export class Bubblewrap implements Sandbox {
  readonly mechanism = 'bubblewrap';
  readonly #prepared: Prepared;

  private constructor(prepared: Prepared) {
    this.#prepared = prepared;
  }

  /**
   * Looks up, once, what a worker needs of this machine.
   * @param file the `bwrap` program.
   * @throws Error when the program or a library cannot be read, or there is no filter for this processor.
   */
  static async create(file: string, program: WorkerProgram, gpu: GpuAccess = NO_GPU): Promise<Bubblewrap> {
    const architecture = process.arch;
    if (!isFilteredArchitecture(architecture)) {
      throw new Error(`there is no list of system calls for ${architecture} processors`);
    }
    const { root, paths, binaries } = await findWorkerFiles(program);
    const cuda = usesCuda(gpu);
    const filter = systemCallFilter({ architecture, ownPid: PID_INSIDE, cuda });
    const libraries = await sharedLibrariesOf(binaries);
    const outside = [...libraries, ...gpu.readOnlyPaths].filter((each) => !isInside(each, root));
    const { stdout: help } = await run(file, ['--help']);
    const args = [
      ...['--unshare-user', '--unshare-all', '--uid', NOBODY, '--gid', NOBODY, '--hostname', 'worker'],
      // Namespaces inside the namespace would be kernel surface for nothing. Older versions do not know it.
      ...(help.includes('--disable-userns') ? ['--disable-userns'] : []),
      ...['--die-with-parent', '--new-session', '--as-pid-1', '--cap-drop', 'ALL'],
      ...['--clearenv', ...Object.entries(gpu.env).flatMap(([name, value]) => ['--setenv', name, value])],
      ...['--proc', '/proc', ...processFilesCover({ cuda })],
      ...['--tmpfs', '/dev', ...DEVICES.flatMap((device) => ['--dev-bind', device, device])],
      ...['--size', String(TEMPORARY_BYTES), '--tmpfs', '/tmp'],
      ...['--ro-bind-try', PROCESSOR_LIST, PROCESSOR_LIST],
      ...[...new Set(outside)].flatMap((each) => ['--ro-bind', each, each]),
      ...['--ro-bind', program.nodePath, INSIDE.node],
      ...paths.flatMap((each) => ['--ro-bind', each, path.join(INSIDE.root, path.relative(root, each))]),
    ];
    const entry = path.join(INSIDE.root, path.relative(root, path.resolve(program.entryPath)));
    return new Bubblewrap({ file, args, gpu, entry, filter });
  }

  describe(): SandboxView {
    return {
      mechanism: this.mechanism,
      working: true,
      detail: 'Models run without network, environment and files but their own, and end with Gata.',
      protections: bubblewrapProtections({ temporaryBytes: TEMPORARY_BYTES }),
      selfTest: null,
    };
  }

  wrap({ modelFolder, libraryFolders = [], gpu, program, isAwaited }: WorkerCommand): WrappedWorker {
    const { file, args: common, gpu: access, entry, filter } = this.#prepared;
    const model = modelFolder === undefined ? [] : ['--ro-bind', path.resolve(modelFolder), INSIDE.model];
    const libraries = libraryFolders.map((outside, index) => ({
      outside,
      inside: `${INSIDE.libraries}/${index}`,
    }));
    const args = [
      ...common,
      ...devicesFor(access, gpu?.minorNumber ?? null).flatMap((device) => ['--dev-bind', device, device]),
      // By its UUID, because CUDA numbers the cards it sees anew.
      ...(gpu == null ? [] : ['--setenv', 'CUDA_VISIBLE_DEVICES', gpu.uuid]),
      ...model,
      ...libraries.flatMap(({ outside, inside }) => ['--ro-bind', path.resolve(outside), inside]),
      // The root and /dev are writable memory until here.
      ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/tmp'],
      ...['--info-fd', '3', '--seccomp', '4'],
      ...['--', INSIDE.node, programEntry(entry, program)],
    ];
    return {
      ...atLowestPriority(file, args, isAwaited),
      env: {},
      modelFolder: INSIDE.model,
      libraryFolders: libraries.map(({ inside }) => inside),
      reportsPid: true,
      filter,
    };
  }
}

function isInside(file: string, folder: string): boolean {
  return file.startsWith(`${folder}${path.sep}`);
}
