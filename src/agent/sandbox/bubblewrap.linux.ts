import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { SandboxView } from '../../shared/local-api.ts';
import { type GpuAccess, NO_GPU } from './gpu-access.linux.ts';
import { atLowestPriority } from './lowest-priority.ts';
import { programEntry } from './program-entry.ts';
import type { Sandbox, WorkerCommand, WorkerProgram, WrappedWorker } from './sandbox.ts';
import { sharedLibrariesOf } from './shared-libraries.linux.ts';
import { findWorkerFiles } from './worker-files.ts';

const run = promisify(execFile);

/** Where things are inside. */
const INSIDE = { node: '/app/node', root: '/app', model: '/model' };
/** Nobody: ids that own nothing. */
const NOBODY = '65534';
/** Cap of the worker's private /tmp, which takes memory. */
const TEMPORARY_BYTES = 256 * 1024 * 1024;
/** ONNX Runtime chooses its threads by the processors listed here. */
const PROCESSOR_LIST = '/sys/devices/system/cpu';

/**
 * Linux namespaces by bubblewrap. A worker sees its program, the libraries it loads, one model and an empty
 * /tmp; it has no network, no environment, no capabilities and no other process.
 */
export class Bubblewrap implements Sandbox {
  readonly mechanism = 'bubblewrap';
  readonly #file: string;
  readonly #args: readonly string[];
  readonly #devices: readonly string[];
  readonly #entry: string;

  private constructor(file: string, args: readonly string[], devices: readonly string[], entry: string) {
    this.#file = file;
    this.#args = args;
    this.#devices = devices;
    this.#entry = entry;
  }

  /**
   * Looks up, once, what a worker needs of this machine.
   * @param file the `bwrap` program.
   * @throws Error when the program or a library cannot be read.
   */
  static async create(file: string, program: WorkerProgram, gpu: GpuAccess = NO_GPU): Promise<Bubblewrap> {
    const { root, paths, binaries } = await findWorkerFiles(program);
    const libraries = await sharedLibrariesOf(binaries);
    const outside = [...libraries, ...gpu.readOnlyPaths].filter((each) => !isInside(each, root));
    const { stdout: help } = await run(file, ['--help']);
    const args = [
      ...['--unshare-user', '--unshare-all', '--uid', NOBODY, '--gid', NOBODY, '--hostname', 'worker'],
      // Namespaces inside the namespace would be kernel surface for nothing. Older versions do not know it.
      ...(help.includes('--disable-userns') ? ['--disable-userns'] : []),
      ...['--die-with-parent', '--new-session', '--as-pid-1', '--cap-drop', 'ALL'],
      ...['--clearenv', ...Object.entries(gpu.env).flatMap(([name, value]) => ['--setenv', name, value])],
      ...['--proc', '/proc', '--dev', '/dev'],
      ...['--size', String(TEMPORARY_BYTES), '--tmpfs', '/tmp'],
      ...['--ro-bind-try', PROCESSOR_LIST, PROCESSOR_LIST],
      ...[...new Set(outside)].flatMap((each) => ['--ro-bind', each, each]),
      ...['--ro-bind', program.nodePath, INSIDE.node],
      ...paths.flatMap((each) => ['--ro-bind', each, path.join(INSIDE.root, path.relative(root, each))]),
    ];
    const entry = path.join(INSIDE.root, path.relative(root, path.resolve(program.entryPath)));
    return new Bubblewrap(file, args, gpu.devices, entry);
  }

  describe(): SandboxView {
    return {
      mechanism: this.mechanism,
      working: true,
      detail: 'Models run without network, environment and files but their own, and end with Gata.',
      protections: [],
      selfTest: null,
    };
  }

  wrap({ modelFolder, gpu, program }: WorkerCommand): WrappedWorker {
    const model = modelFolder === undefined ? [] : ['--ro-bind', path.resolve(modelFolder), INSIDE.model];
    const devices = this.#devices.filter((device) => isVisible(device, gpu?.minorNumber ?? null));
    const args = [
      ...this.#args,
      ...devices.flatMap((device) => ['--dev-bind', device, device]),
      // By its UUID, because CUDA numbers the cards it sees anew.
      ...(gpu == null ? [] : ['--setenv', 'CUDA_VISIBLE_DEVICES', gpu.uuid]),
      ...model,
      // The root and /dev are writable memory until here.
      ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/tmp', '--info-fd', '3'],
      ...['--', INSIDE.node, programEntry(this.#entry, program)],
    ];
    return {
      ...atLowestPriority(this.#file, args),
      env: {},
      modelFolder: INSIDE.model,
      reportsPid: true,
    };
  }
}

/** Of several NVIDIA cards only the worker's own has a device node inside. */
function isVisible(device: string, minorNumber: number | null): boolean {
  const number = /^\/dev\/nvidia(\d+)$/.exec(device)?.[1];
  return number === undefined || minorNumber === null || Number(number) === minorNumber;
}

function isInside(file: string, folder: string): boolean {
  return file.startsWith(`${folder}${path.sep}`);
}
