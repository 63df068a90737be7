import { ConfinementError } from './confinement-error.ts';
import { encodeStruct, LAYOUTS, readField, type StructName } from './struct-layout.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

/** JOBOBJECTINFOCLASS (winnt.h). */
const INFORMATION = { userInterface: 4, extendedLimits: 9, processorRate: 15 };

/** JOB_OBJECT_LIMIT_… (winnt.h). Neither of the two that let a process break away is among them. */
const LIMIT = {
  activeProcesses: 0x8,
  priorityClass: 0x20,
  processMemory: 0x100,
  jobMemory: 0x200,
  dieOnUnhandledException: 0x400,
  killOnJobClose: 0x2000,
};
const IDLE_PRIORITY_CLASS = 0x40;

/**
 * All JOB_OBJECT_UILIMIT_…: handles of others' windows, reading and writing the clipboard, system parameters,
 * display settings, global atoms, other desktops, ending Windows.
 */
const ALL_INTERFACE_LIMITS = 0xff;

/** JOB_OBJECT_CPU_RATE_CONTROL_ENABLE and …_WEIGHT_BASED; weights go from 1 to 9, 5 is everybody else's. */
const RATE_FLAGS = 0x1 | 0x2;
const LOWEST_WEIGHT = 1;

/**
 * A Job object for one process: it can start no other, and ends when the last handle of the job is closed, which
 * is when this process ends, however it does.
 */
export class Job implements Disposable {
  readonly #calls: WindowsCalls;
  readonly handle: bigint;

  /** @throws ConfinementError when Windows does not take the limits. */
  constructor(calls: WindowsCalls, memoryBytes: number) {
    this.#calls = calls;
    this.handle = calls.createJob();
    if (this.handle === 0n) throw new ConfinementError('CreateJobObject', calls.getLastError());
    const error = this.#set(INFORMATION.extendedLimits, 'JOBOBJECT_EXTENDED_LIMIT_INFORMATION', {
      'BasicLimitInformation.LimitFlags': Object.values(LIMIT).reduce((flags, flag) => flags | flag, 0),
      'BasicLimitInformation.ActiveProcessLimit': 1,
      'BasicLimitInformation.PriorityClass': IDLE_PRIORITY_CLASS,
      ProcessMemoryLimit: memoryBytes,
      JobMemoryLimit: memoryBytes,
    });
    if (error !== undefined) throw new ConfinementError('the job limits', error);
  }

  /** Whether Windows shows the limit of one process in force; Wine takes all limits and keeps only the last one. */
  limitsProcesses(): boolean {
    return this.#keeps(LIMIT.activeProcesses);
  }

  limitsMemory(): boolean {
    return this.#keeps(LIMIT.jobMemory);
  }

  /** @returns Windows' error, if it refused. */
  limitUserInterface(): number | undefined {
    return this.#set(INFORMATION.userInterface, 'JOBOBJECT_BASIC_UI_RESTRICTIONS', {
      UIRestrictionsClass: ALL_INTERFACE_LIMITS,
    });
  }

  /** The smallest share of the processors while others want them. @returns Windows' error, if it refused. */
  lowerProcessorWeight(): number | undefined {
    return this.#set(INFORMATION.processorRate, 'JOBOBJECT_CPU_RATE_CONTROL_INFORMATION', {
      ControlFlags: RATE_FLAGS,
      Weight: LOWEST_WEIGHT,
    });
  }

  /** Puts a process into the job unless it was created in it. @throws ConfinementError */
  hold(process: bigint): void {
    const isHeld = Buffer.alloc(4);
    if (this.#calls.isInJob(process, this.handle, isHeld) !== 0 && isHeld.readUInt32LE() !== 0) return;
    if (this.#calls.assignToJob(this.handle, process) === 0) {
      throw new ConfinementError('AssignProcessToJobObject', this.#calls.getLastError());
    }
  }

  terminate(exitCode: number): void {
    this.#calls.terminateJob(this.handle, exitCode);
  }

  [Symbol.dispose](): void {
    this.#calls.closeHandle(this.handle);
  }

  #keeps(limit: number): boolean {
    const { bytes } = LAYOUTS.JOBOBJECT_EXTENDED_LIMIT_INFORMATION;
    const value = Buffer.alloc(bytes);
    const kind = INFORMATION.extendedLimits;
    if (this.#calls.getJobInformation(this.handle, kind, value, bytes, null) === 0) return false;
    const flags = readField(
      'JOBOBJECT_EXTENDED_LIMIT_INFORMATION',
      'BasicLimitInformation.LimitFlags',
      value,
    );
    return (flags & BigInt(limit)) !== 0n;
  }

  #set<Name extends StructName>(
    kind: number,
    name: Name,
    values: Parameters<typeof encodeStruct<Name>>[1],
  ): number | undefined {
    const value = encodeStruct(name, values);
    const done = this.#calls.setJobInformation(this.handle, kind, value, value.length);
    return done === 0 ? this.#calls.getLastError() : undefined;
  }
}
