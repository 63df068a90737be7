import koffi from 'koffi';
import { ConfinementError } from './confinement-error.ts';
import type { ContainerCalls } from './container-calls.win32.ts';
import type { Sid } from './sid.ts';

/** HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS) as a signed number. */
const ALREADY_EXISTS = 0x8007_00b7 | 0;

/**
 * The profile of one AppContainer: its folder and its registry key among the user's, without any capability. Each
 * worker has its own, so that two workers are strangers to each other.
 */
export class Container implements Disposable {
  /** Where Windows lets the worker write besides its private folder; undefined when Windows does not say. */
  readonly folder: string | undefined;
  readonly #calls: ContainerCalls;
  readonly #name: string;

  /**
   * @param name at most 64 letters, digits, dots, dashes and underscores
   * @param sid the SID of that name
   * @throws ConfinementError
   */
  constructor(calls: ContainerCalls, name: string, sid: Sid) {
    const made = Buffer.alloc(8);
    const result = calls.create(name, 'Gata worker', 'Runs a model that others sent.', null, 0, made);
    if (result < 0 && result !== ALREADY_EXISTS) {
      throw new ConfinementError('CreateAppContainerProfile', result >>> 0);
    }
    this.#calls = calls;
    this.#name = name;
    if (result >= 0) calls.freeSid(made.readBigUInt64LE());
    this.folder = folderOf(calls, sid);
  }

  /** Removes the profile with all that the worker left in it. */
  [Symbol.dispose](): void {
    this.#calls.remove(this.#name);
  }
}

function folderOf(calls: ContainerCalls, sid: Sid): string | undefined {
  const pointer = Buffer.alloc(8);
  if (calls.folder(sid, pointer) < 0) return undefined;
  try {
    const path: unknown = koffi.decode(pointer, 'str16');
    return typeof path === 'string' ? path : undefined;
  } finally {
    calls.freeText(pointer.readBigUInt64LE());
  }
}
