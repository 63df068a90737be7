import type { WindowsConfinement, WindowsConfinementReport } from '../../shared/windows-confinement.ts';
import { desktopAccess, folderAccess, type Owners, objectAccess } from './access-list.ts';
import { ConfinementError } from './confinement-error.ts';
import { Container } from './container.win32.ts';
import { loadContainerCalls } from './container-calls.win32.ts';
import { Desktop } from './desktop.win32.ts';
import { grantModel, grantProgram } from './file-access.win32.ts';
import { treeBytes } from './folder-tree.ts';
import { Job } from './job.win32.ts';
import { Layers } from './layers.ts';
import { PrivateFolder, sweep, workerName } from './private-folder.win32.ts';
import { EVERYONE, LOW_INTEGRITY, RESTRICTED_CODE, USERS } from './sid.ts';
import { StandardHandles } from './standard-handles.win32.ts';
import { StartAttributes } from './start-attributes.win32.ts';
import { Token } from './token.win32.ts';
import { loadWindowsCalls } from './windows-calls.win32.ts';
import { workerEnvironment } from './worker-environment.ts';
import { WorkerProcess } from './worker-process.win32.ts';
import { containerName, type WorkerSids, workerSids } from './worker-sids.ts';

const LOOK_MS = 500;
/** As if ended by SIGKILL. */
const EXIT_KILLED = 137;
const EXIT_DISK_FULL = 124;
const NOT_IN_FORCE = 'Windows took it and does not show it in force.';
const NOT_KEPT = 'Windows took it and did not keep it.';

/**
 * Runs one worker confined, and returns its exit code when it has ended. It ends when this process does.
 * @param report called once, when the worker runs
 * @throws ConfinementError when Windows refuses what no worker is started without; nothing runs then.
 */
export function confine(
  instructions: WindowsConfinement,
  report: (report: WindowsConfinementReport) => void,
): number {
  using confinement = new Confinement(instructions);
  return confinement.run(report);
}

/** What one worker is confined by; all of it goes when the worker has ended. */
class Confinement implements Disposable {
  readonly #calls = loadWindowsCalls();
  readonly #containers = loadContainerCalls();
  readonly #name = workerName();
  readonly #parts = new DisposableStack();
  readonly #instructions: WindowsConfinement;
  readonly #layers: Layers;
  readonly #sids: WorkerSids;

  constructor(instructions: WindowsConfinement) {
    this.#instructions = instructions;
    this.#layers = new Layers(instructions.required, instructions.without);
    this.#sids = workerSids(instructions.level, this.#name, instructions.modelFolder);
  }

  run(report: (report: WindowsConfinementReport) => void): number {
    const { file, args, env, privateRoot } = this.#instructions;
    sweep(privateRoot, (left) => this.#containers?.remove(containerName(left)));
    const container = this.#isInContainer ? this.#container() : undefined;
    const own = this.#parts.use(Token.current(this.#calls));
    const owners = { user: own.user(), worker: this.#sids.worker };
    const token = this.#parts.use(this.#workerToken(own, owners));
    const job = this.#job();
    const folder = this.#parts.use(this.#privateFolder(owners));
    this.#openFiles();
    const desktop = this.#desktop(owners);
    const handles = this.#parts.use(new StandardHandles(this.#calls));
    const worker = this.#parts.use(
      new WorkerProcess(this.#calls, {
        file,
        args,
        env: workerEnvironment(process.env, folder.path, env),
        folder: folder.path,
        token,
        handles,
        attributes: this.#attributes(handles, job),
        desktop: desktop?.path,
        sddl: objectAccess(owners),
      }),
    );
    try {
      job.hold(worker.handle);
      this.#check(worker);
      worker.resume();
      report({ 'child-pid': worker.pid, refused: this.#layers.refused });
    } catch (error) {
      worker.kill();
      throw error;
    }
    return this.#await(worker, job, container === undefined ? [folder.path] : [folder.path, container]);
  }

  [Symbol.dispose](): void {
    this.#parts.dispose();
  }

  get #isInContainer(): boolean {
    return this.#instructions.level === 'app-container';
  }

  /** @returns the container's folder, where known. */
  #container(): string | undefined {
    const calls = this.#containers;
    if (calls === undefined) throw new ConfinementError('AppContainers: it has no such functions.');
    return this.#parts.use(new Container(calls, containerName(this.#name), this.#sids.worker)).folder;
  }

  /** In a container the kernel adds low integrity and the second check, by the container's SIDs, itself. */
  #workerToken(own: Token, owners: Owners): Token {
    if (this.#isInContainer) return own.restrict([]);
    const logon = own.logonSession();
    const { program, model, worker } = this.#sids;
    const session = logon === undefined ? [] : [logon];
    const token = own.restrict([EVERYONE, USERS, RESTRICTED_CODE, ...session, program, model, worker]);
    token.lowerIntegrity();
    token.setDefaultAccess(objectAccess(owners));
    return token;
  }

  #job(): Job {
    const job = this.#parts.use(new Job(this.#calls, this.#instructions.memoryBytes));
    if (!job.limitsProcesses()) this.#layers.refuse('process-limit', NOT_KEPT);
    if (!job.limitsMemory()) this.#layers.refuse('memory-limit', NOT_KEPT);
    this.#layers.add('user-interface-limits', () => job.limitUserInterface());
    this.#layers.add('processor-weight', () => job.lowerProcessorWeight());
    return job;
  }

  #privateFolder(owners: Owners): PrivateFolder {
    const { privateRoot } = this.#instructions;
    try {
      return new PrivateFolder(this.#calls, privateRoot, this.#name, folderAccess(owners, true));
    } catch (error) {
      if (!(error instanceof ConfinementError)) throw error;
      this.#layers.refuse('private-folder-label', error.message);
      return new PrivateFolder(this.#calls, privateRoot, this.#name, folderAccess(owners, false));
    }
  }

  #openFiles(): void {
    const { programPaths, modelFolder } = this.#instructions;
    for (const path of programPaths) {
      this.#layers.add('program-access', () => grantProgram(this.#calls, path, this.#sids.program));
    }
    if (modelFolder !== null) {
      this.#layers.add('model-access', () => {
        const error = grantModel(this.#calls, modelFolder, this.#sids.model);
        // The worker's own words about it, if it cannot read the model, would not say why.
        if (error !== undefined)
          process.stderr.write(`The model may be closed to the worker (error ${error}).\n`);
        return error;
      });
    }
  }

  #desktop(owners: Owners): Desktop | undefined {
    if (!this.#layers.wants('own-desktop')) return undefined;
    const desktop = Desktop.create(this.#calls, containerName(this.#name), desktopAccess(owners));
    if (typeof desktop !== 'number') return this.#parts.use(desktop);
    this.#layers.refuse('own-desktop', `Windows refused it (error ${desktop}).`);
    return undefined;
  }

  #attributes(handles: StandardHandles, job: Job): StartAttributes {
    const attributes = this.#parts.use(new StartAttributes(this.#calls));
    const { worker, program, model } = this.#sids;
    attributes.inheritOnly(handles.all);
    // Where Windows does not take this, the worker is put into the job while it is suspended.
    attributes.startInJob(job.handle);
    if (this.#isInContainer) attributes.putInContainer(worker, [program, model]);
    this.#layers.add('mitigations', () => attributes.mitigate());
    this.#layers.add('child-process-policy', () => attributes.forbidChildren());
    return attributes;
  }

  /** What was made is looked at before it runs. @throws ConfinementError */
  #check(worker: WorkerProcess): void {
    using token = Token.of(this.#calls, worker.handle);
    const integrity = token.integrity();
    if (integrity !== LOW_INTEGRITY) this.#layers.refuse('low-integrity', `The worker has ${integrity}.`);
    if (this.#isInContainer && !token.isInContainer())
      throw new ConfinementError('the AppContainer, without saying so.');
    const missing = worker.missingMitigations();
    if (missing.childProcesses) this.#layers.refuse('child-process-policy', NOT_IN_FORCE);
    if (missing.others.length > 0) {
      this.#layers.refuse('mitigations', `${NOT_IN_FORCE} (${missing.others.join(', ')})`);
    }
  }

  #await(worker: WorkerProcess, job: Job, folders: readonly string[]): number {
    const { diskBytes } = this.#instructions;
    const isFull = () => folders.reduce((sum, each) => sum + treeBytes(each), 0) > diskBytes;
    const end = worker.wait(process.ppid, LOOK_MS, isFull);
    if (typeof end === 'number') return end;
    job.terminate(EXIT_KILLED);
    if (end === 'owner-gone') return EXIT_KILLED;
    // Not as if killed: this is the model's own fault.
    process.stderr.write(`The worker had more than ${diskBytes} bytes on disk and was ended.\n`);
    return EXIT_DISK_FULL;
  }
}
