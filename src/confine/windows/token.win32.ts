import koffi from 'koffi';
import { ConfinementError } from './confinement-error.ts';
import { CONSTANTS } from './constants.ts';
import { NativeMemory } from './native-memory.ts';
import { SecurityDescriptor } from './security-descriptor.win32.ts';
import {
  AUTHENTICATED_USERS,
  decodeSid,
  EVERYONE,
  encodeSid,
  INTERACTIVE,
  LOW_INTEGRITY,
  type Sid,
  USERS,
} from './sid.ts';
import { encodeStruct, LAYOUTS, readField } from './struct-layout.ts';
import type { WindowsCalls } from './windows-calls.win32.ts';

const CURRENT_PROCESS = -1n;
const OWN_TOKEN_ACCESS =
  CONSTANTS.TOKEN_ASSIGN_PRIMARY |
  CONSTANTS.TOKEN_DUPLICATE |
  CONSTANTS.TOKEN_QUERY |
  CONSTANTS.TOKEN_ADJUST_DEFAULT;

/** Groups that programs need to read Windows' own files; every other one is for refusals only. */
const KEPT_GROUPS: readonly Sid[] = [EVERYONE, USERS, INTERACTIVE, AUTHENTICATED_USERS];

interface Group {
  readonly sid: Sid;
  readonly attributes: bigint;
}

/** An access token, to be closed. */
export class Token implements Disposable {
  readonly #calls: WindowsCalls;
  readonly handle: bigint;

  private constructor(calls: WindowsCalls, handle: bigint) {
    this.#calls = calls;
    this.handle = handle;
  }

  /** This process's own. @throws ConfinementError */
  static current(calls: WindowsCalls): Token {
    return Token.#open(calls, CURRENT_PROCESS, OWN_TOKEN_ACCESS);
  }

  /** That of another process, to look at. @throws ConfinementError */
  static of(calls: WindowsCalls, process: bigint): Token {
    return Token.#open(calls, process, CONSTANTS.TOKEN_QUERY);
  }

  static #open(calls: WindowsCalls, process: bigint, access: number): Token {
    const handle = Buffer.alloc(8);
    if (calls.openProcessToken(process, access, handle) === 0) {
      throw new ConfinementError('OpenProcessToken', calls.getLastError());
    }
    return new Token(calls, handle.readBigUInt64LE());
  }

  user(): Sid {
    const value = this.#information(CONSTANTS.TokenUser);
    return decodeSid(value, this.#offset(value, 0));
  }

  /** The groups, the one that stands for this sign-in session among them. */
  groups(): Group[] {
    const value = this.#information(CONSTANTS.TokenGroups);
    const entry = LAYOUTS.SID_AND_ATTRIBUTES.bytes;
    // TOKEN_GROUPS: a count, then the entries at their alignment of eight.
    return Array.from({ length: value.readUInt32LE(0) }, (_, index) => ({
      sid: decodeSid(value, this.#offset(value, 8 + entry * index)),
      attributes: readField('SID_AND_ATTRIBUTES', 'Attributes', value, 8 + entry * index),
    }));
  }

  integrity(): Sid {
    const value = this.#information(CONSTANTS.TokenIntegrityLevel);
    return decodeSid(value, this.#offset(value, 0));
  }

  isInContainer(): boolean {
    return this.#information(CONSTANTS.TokenIsAppContainer).readUInt32LE() !== 0;
  }

  logonSession(): Sid | undefined {
    return this.groups().find(isLogonSession)?.sid;
  }

  /**
   * A copy without privileges but that of walking through folders, in which only the groups that Windows' own
   * files need still allow anything; of administrators nothing is left.
   * @param restrictTo what is allowed must besides be allowed to one of these; none: no such second check.
   * @throws ConfinementError
   */
  restrict(restrictTo: readonly Sid[]): Token {
    using memory = new NativeMemory();
    const disabled = this.groups()
      .filter((group) => !KEPT_GROUPS.includes(group.sid) && !isLogonSession(group) && !isIntegrity(group))
      .map(({ sid }) => sid);
    const created = Buffer.alloc(8);
    const done = this.#calls.createRestrictedToken(
      this.handle,
      CONSTANTS.DISABLE_MAX_PRIVILEGE,
      disabled.length,
      sidList(memory, disabled),
      0,
      null,
      restrictTo.length,
      sidList(memory, restrictTo),
      created,
    );
    if (done === 0) throw new ConfinementError('CreateRestrictedToken', this.#calls.getLastError());
    return new Token(this.#calls, created.readBigUInt64LE());
  }

  /** From now on nothing of medium integrity, the user's programs and files, can be written. @throws ConfinementError */
  lowerIntegrity(): void {
    using memory = new NativeMemory();
    const sid = encodeSid(LOW_INTEGRITY);
    const label = encodeStruct('SID_AND_ATTRIBUTES', {
      Sid: memory.place(sid),
      Attributes: CONSTANTS.SE_GROUP_INTEGRITY,
    });
    this.#set(CONSTANTS.TokenIntegrityLevel, label, label.length + sid.length);
  }

  /** Who may use what the process makes without saying so. @throws ConfinementError */
  setDefaultAccess(sddl: string): void {
    using descriptor = new SecurityDescriptor(this.#calls, sddl);
    const value = encodeStruct('TOKEN_DEFAULT_DACL', { DefaultDacl: descriptor.dacl() });
    this.#set(CONSTANTS.TokenDefaultDacl, value, value.length);
  }

  [Symbol.dispose](): void {
    this.#calls.closeHandle(this.handle);
  }

  #set(kind: number, value: Buffer, bytes: number): void {
    if (this.#calls.setTokenInformation(this.handle, kind, value, bytes) === 0) {
      throw new ConfinementError(`SetTokenInformation(${kind})`, this.#calls.getLastError());
    }
  }

  #information(kind: number): Buffer {
    const needed = Buffer.alloc(4);
    this.#calls.getTokenInformation(this.handle, kind, null, 0, needed);
    const value = Buffer.alloc(needed.readUInt32LE());
    if (this.#calls.getTokenInformation(this.handle, kind, value, value.length, needed) === 0) {
      throw new ConfinementError(`GetTokenInformation(${kind})`, this.#calls.getLastError());
    }
    return value;
  }

  /** Where in `value` the SID lies to which the address at `at` points. */
  #offset(value: Buffer, at: number): number {
    return Number(value.readBigUInt64LE(at) - BigInt(koffi.address(value)));
  }
}

function isLogonSession({ attributes }: Group): boolean {
  const logonId = BigInt(CONSTANTS.SE_GROUP_LOGON_ID);
  return (attributes & logonId) === logonId;
}

function isIntegrity({ attributes }: Group): boolean {
  return (attributes & BigInt(CONSTANTS.SE_GROUP_INTEGRITY)) !== 0n;
}

function sidList(memory: NativeMemory, sids: readonly Sid[]): Buffer {
  const entries = sids.map((sid) =>
    encodeStruct('SID_AND_ATTRIBUTES', { Sid: memory.place(encodeSid(sid)) }),
  );
  const list = Buffer.concat(entries);
  memory.place(list);
  return list;
}
