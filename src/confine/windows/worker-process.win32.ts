import { commandLine } from './command-line.ts';
import { ConfinementError, WorkerNotStarted } from './confinement-error.ts';
import { CONSTANTS } from './constants.ts';
import { environmentBlock } from './environment-block.ts';
import { NativeMemory } from './native-memory.ts';
import { SecurityDescriptor } from './security-descriptor.win32.ts';
import type { StandardHandles } from './standard-handles.win32.ts';
import type { StartAttributes } from './start-attributes.win32.ts';
import { encodeStruct, LAYOUTS, readField } from './struct-layout.ts';
import type { Token } from './token.win32.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

const CREATION_FLAGS =
  CONSTANTS.CREATE_SUSPENDED |
  CONSTANTS.DETACHED_PROCESS |
  CONSTANTS.IDLE_PRIORITY_CLASS |
  CONSTANTS.CREATE_UNICODE_ENVIRONMENT |
  CONSTANTS.EXTENDED_STARTUPINFO_PRESENT;
/** Without the busy pointer that a starting program gets. */
const STARTUP_FLAGS = CONSTANTS.STARTF_FORCEOFFFEEDBACK | CONSTANTS.STARTF_USESTDHANDLES;
const RESUME_FAILED = 0xffff_ffff;
const KILLED = 137;

/** Those whose lowest bit says that they are on, by their kind for GetProcessMitigationPolicy. */
const MITIGATIONS = {
  'strict handle checks': CONSTANTS.ProcessStrictHandleCheckPolicy,
  'no extension points': CONSTANTS.ProcessExtensionPointDisablePolicy,
  'no fonts of others': CONSTANTS.ProcessFontDisablePolicy,
  'no remote libraries': CONSTANTS.ProcessImageLoadPolicy,
};

export interface WorkerStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly token: Token;
  readonly handles: StandardHandles;
  readonly attributes: StartAttributes;
  /** `station\desktop`; undefined: the user's. */
  readonly desktop: string | undefined;
  /** Who may do what to the process, in SDDL. */
  readonly sddl: string;
}

/** A process that was created and does not run yet. Disposing it lets go of it; it does not end it. */
export class WorkerProcess implements Disposable {
  readonly handle: bigint;
  readonly pid: number;
  readonly #calls: WindowsCalls;
  readonly #thread: bigint;

  /** @throws WorkerNotStarted */
  constructor(calls: WindowsCalls, start: WorkerStart) {
    using memory = new NativeMemory();
    using descriptor = new SecurityDescriptor(calls, start.sddl);
    const [input = 0n, output = 0n, errors = 0n] = start.handles.all;
    const startup = encodeStruct('STARTUPINFOEXW', {
      'StartupInfo.cb': LAYOUTS.STARTUPINFOEXW.bytes,
      'StartupInfo.lpDesktop': start.desktop === undefined ? 0n : memory.placeText(start.desktop),
      'StartupInfo.dwFlags': STARTUP_FLAGS,
      'StartupInfo.hStdInput': input,
      'StartupInfo.hStdOutput': output,
      'StartupInfo.hStdError': errors,
      lpAttributeList: start.attributes.address(),
    });
    const information = Buffer.alloc(LAYOUTS.PROCESS_INFORMATION.bytes);
    const done = calls.createProcessAsUser(
      start.token.handle,
      start.file,
      Buffer.from(`${commandLine([start.file, ...start.args])}\0`, 'utf16le'),
      descriptor.attributes(),
      descriptor.attributes(),
      1,
      CREATION_FLAGS,
      environmentBlock(start.env),
      start.folder,
      startup,
      information,
    );
    if (done === 0) throw new WorkerNotStarted('to start the worker', calls.getLastError());
    this.#calls = calls;
    this.handle = readField('PROCESS_INFORMATION', 'hProcess', information);
    this.#thread = readField('PROCESS_INFORMATION', 'hThread', information);
    this.pid = Number(readField('PROCESS_INFORMATION', 'dwProcessId', information));
  }

  /** Which mitigations, of those that were asked for, Windows does not show in force. */
  missingMitigations(): { childProcesses: boolean; others: string[] } {
    const others = Object.entries(MITIGATIONS).filter(([, kind]) => !this.#isOn(kind));
    return {
      childProcesses: !this.#isOn(CONSTANTS.ProcessChildProcessPolicy),
      others: others.map(([name]) => name),
    };
  }

  /** @throws ConfinementError */
  resume(): void {
    if (this.#calls.resumeThread(this.#thread) === RESUME_FAILED) {
      throw new ConfinementError('to let the worker run', this.#calls.getLastError());
    }
  }

  kill(): void {
    this.#calls.terminateProcess(this.handle, KILLED);
  }

  /**
   * Waits, and blocks this thread, until the worker has ended.
   * @param owner process id of the agent; its end ends the wait as well
   * @param isOver asked every `lookMs`; true ends the wait
   * @returns the exit code, or why the worker is to be ended
   */
  wait(owner: number, lookMs: number, isOver: () => boolean): number | 'owner-gone' | 'over' {
    const ownerHandle = this.#calls.openProcess(CONSTANTS.SYNCHRONIZE, owner);
    if (ownerHandle === 0n) return 'owner-gone';
    try {
      const handles = Buffer.alloc(16);
      handles.writeBigUInt64LE(this.handle, 0);
      handles.writeBigUInt64LE(ownerHandle, 8);
      while (true) {
        const what = this.#calls.waitForObjects(2, handles, 0, lookMs);
        if (what === CONSTANTS.WAIT_OBJECT_0) return this.#exitCode();
        if (what !== CONSTANTS.WAIT_TIMEOUT) return 'owner-gone';
        if (isOver()) return 'over';
      }
    } finally {
      this.#calls.closeHandle(ownerHandle);
    }
  }

  [Symbol.dispose](): void {
    this.#calls.closeHandle(this.#thread);
    this.#calls.closeHandle(this.handle);
  }

  #isOn(kind: number): boolean {
    const value = Buffer.alloc(4);
    const done = this.#calls.getMitigation(this.handle, kind, value, value.length);
    return done !== 0 && (value.readUInt32LE() & 1) === 1;
  }

  #exitCode(): number {
    const code = Buffer.alloc(4);
    if (this.#calls.getExitCode(this.handle, code) === 0) return KILLED;
    return code.readUInt32LE();
  }
}
