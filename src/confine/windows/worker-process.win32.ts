import { commandLine } from './command-line.ts';
import { ConfinementError } from './confinement-error.ts';
import { environmentBlock } from './environment-block.ts';
import { NativeMemory } from './native-memory.ts';
import { SecurityDescriptor } from './security-descriptor.win32.ts';
import type { StandardHandles } from './standard-handles.win32.ts';
import type { StartAttributes } from './start-attributes.win32.ts';
import { encodeStruct, LAYOUTS, readField } from './struct-layout.ts';
import type { Token } from './token.win32.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

/** CREATE_SUSPENDED, DETACHED_PROCESS, IDLE_PRIORITY_CLASS, CREATE_UNICODE_ENVIRONMENT, EXTENDED_STARTUPINFO_PRESENT. */
const CREATION_FLAGS = 0x4 | 0x8 | 0x40 | 0x400 | 0x8_0000;
/** STARTF_FORCEOFFFEEDBACK (no busy pointer) and STARTF_USESTDHANDLES. */
const STARTUP_FLAGS = 0x80 | 0x100;
const SYNCHRONIZE = 0x10_0000;
const WAIT_OBJECT_0 = 0;
const WAIT_TIMEOUT = 0x102;
const KILLED = 137;

/** GetProcessMitigationPolicy's kinds whose lowest bit says that it is on (winnt.h). */
const MITIGATION = { strictHandles: 3, extensionPoints: 6, fonts: 9, imageLoad: 10 };
const CHILD_PROCESSES = 13;

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

  /** @throws ConfinementError */
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
    if (done === 0) throw new ConfinementError('to start the worker', calls.getLastError());
    this.#calls = calls;
    this.handle = readField('PROCESS_INFORMATION', 'hProcess', information);
    this.#thread = readField('PROCESS_INFORMATION', 'hThread', information);
    this.pid = Number(readField('PROCESS_INFORMATION', 'dwProcessId', information));
  }

  /** Which mitigations, of those that were asked for, Windows does not show in force. */
  missingMitigations(): { childProcesses: boolean; others: string[] } {
    const others = Object.entries(MITIGATION).filter(([, kind]) => !this.#isOn(kind));
    return { childProcesses: !this.#isOn(CHILD_PROCESSES), others: others.map(([name]) => name) };
  }

  /** @throws ConfinementError */
  resume(): void {
    if (this.#calls.resumeThread(this.#thread) === 0xffff_ffff) {
      throw new ConfinementError('to let the worker run', this.#calls.getLastError());
    }
  }

  kill(): void {
    this.#calls.terminateProcess(this.handle, KILLED);
  }

  /**
   * Waits, and blocks this thread, until the worker has ended.
   * @param owner process id of the agent; its end ends the wait as well
   * @param look called every `lookMs`; when it gives a reason, the wait ends
   * @returns the exit code, or why the worker is to be ended
   */
  wait(owner: number, lookMs: number, look: () => string | undefined): number | string {
    const ownerHandle = this.#calls.openProcess(SYNCHRONIZE, owner);
    if (ownerHandle === 0n) return 'the agent is gone';
    try {
      const handles = Buffer.alloc(16);
      handles.writeBigUInt64LE(this.handle, 0);
      handles.writeBigUInt64LE(ownerHandle, 8);
      while (true) {
        const what = this.#calls.waitForObjects(2, handles, 0, lookMs);
        if (what === WAIT_OBJECT_0) return this.#exitCode();
        if (what !== WAIT_TIMEOUT) return 'the agent is gone';
        const reason = look();
        if (reason !== undefined) return reason;
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
