import { ConfinementError, WorkerNotStarted } from './confinement-error.ts';
import { CONSTANTS } from './constants.ts';
import { encodeStruct, LAYOUTS, readField, type StructName } from './struct-layout.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

/** Neither of the two limits that let a process break away is among them. */
const LIMITS =
  CONSTANTS.JOB_OBJECT_LIMIT_ACTIVE_PROCESS |
  CONSTANTS.JOB_OBJECT_LIMIT_PRIORITY_CLASS |
  CONSTANTS.JOB_OBJECT_LIMIT_PROCESS_MEMORY |
  CONSTANTS.JOB_OBJECT_LIMIT_JOB_MEMORY |
  CONSTANTS.JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION |
  CONSTANTS.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
/** Weights go from 1 to 9; everybody else's is 5. */
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
    const error = this.#set(
      CONSTANTS.JobObjectExtendedLimitInformation,
      'JOBOBJECT_EXTENDED_LIMIT_INFORMATION',
      {
        'BasicLimitInformation.LimitFlags': LIMITS,
        'BasicLimitInformation.ActiveProcessLimit': 1,
        'BasicLimitInformation.PriorityClass': CONSTANTS.IDLE_PRIORITY_CLASS,
        ProcessMemoryLimit: memoryBytes,
        JobMemoryLimit: memoryBytes,
      },
    );
    if (error !== undefined) throw new ConfinementError('the job limits', error);
  }

  /** Whether Windows shows the limit of one process in force; Wine takes all limits and keeps only the last one. */
  limitsProcesses(): boolean {
    return this.#keeps(CONSTANTS.JOB_OBJECT_LIMIT_ACTIVE_PROCESS);
  }

  limitsMemory(): boolean {
    return this.#keeps(CONSTANTS.JOB_OBJECT_LIMIT_JOB_MEMORY);
  }

  /** @returns Windows' error, if it refused. */
  limitUserInterface(): number | undefined {
    return this.#set(CONSTANTS.JobObjectBasicUIRestrictions, 'JOBOBJECT_BASIC_UI_RESTRICTIONS', {
      UIRestrictionsClass: CONSTANTS.JOB_OBJECT_UILIMIT_ALL,
    });
  }

  /** The smallest share of the processors while others want them. @returns Windows' error, if it refused. */
  lowerProcessorWeight(): number | undefined {
    return this.#set(CONSTANTS.JobObjectCpuRateControlInformation, 'JOBOBJECT_CPU_RATE_CONTROL_INFORMATION', {
      ControlFlags:
        CONSTANTS.JOB_OBJECT_CPU_RATE_CONTROL_ENABLE | CONSTANTS.JOB_OBJECT_CPU_RATE_CONTROL_WEIGHT_BASED,
      Weight: LOWEST_WEIGHT,
    });
  }

  /**
   * Puts a process into the job unless it was created in it.
   * @throws WorkerNotStarted, as where we are in a job that lets nobody out and ours limits windows
   */
  hold(process: bigint): void {
    const isHeld = Buffer.alloc(4);
    if (this.#calls.isInJob(process, this.handle, isHeld) !== 0 && isHeld.readUInt32LE() !== 0) return;
    if (this.#calls.assignToJob(this.handle, process) === 0) {
      throw new WorkerNotStarted('AssignProcessToJobObject', this.#calls.getLastError());
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
    const kind = CONSTANTS.JobObjectExtendedLimitInformation;
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
