import { getSystemErrorName } from 'node:util';
import koffi, { type KoffiFunc } from 'koffi';
import type { ConfinementStep } from '../../shared/confinement.ts';
import { ConfinementFailed } from './confinement-failed.ts';

/** System calls that glibc has no function for, by architecture (asm/unistd_64.h, asm-generic/unistd.h). */
const CALL_NUMBERS = {
  x64: { ioprioSet: 251, seccomp: 317 },
  arm64: { ioprioSet: 30, seccomp: 277 },
} as const;
/** The same everywhere: calls added since 2019 have one number. */
const CLOSE_RANGE = 436;
const LANDLOCK_CREATE_RULESET = 444;
const LANDLOCK_ADD_RULE = 445;
const LANDLOCK_RESTRICT_SELF = 446;

const SECCOMP_SET_MODE_FILTER = 1;
/** sizeof(struct sock_filter). */
const INSTRUCTION_BYTES = 8;

/** The C library's calls that put a process into its sandbox. A call that fails throws with the step it belongs to. */
export class Libc {
  readonly #numbers: (typeof CALL_NUMBERS)['x64' | 'arm64'];
  readonly #integers: KoffiFunc<(number: number, a: number, b: number, c: number, d: number) => number>;
  readonly #pointer: KoffiFunc<
    (number: number, a: number, b: number, c: Uint8Array | null, d: number) => number
  >;
  readonly #createRuleset: KoffiFunc<(number: number, a: Uint8Array | null, b: number, c: number) => number>;
  readonly #seccomp: KoffiFunc<
    (number: number, a: number, b: number, c: { length: number; filter: Uint8Array }) => number
  >;
  readonly #prctl: KoffiFunc<(option: number, a: number, b: number, c: number, d: number) => number>;
  readonly #setrlimit: KoffiFunc<(resource: number, limit: Uint8Array) => number>;
  readonly #setpriority: KoffiFunc<(which: number, who: number, priority: number) => number>;
  readonly #setsid: KoffiFunc<() => number>;
  readonly #getsid: KoffiFunc<(pid: number) => number>;
  readonly #setgroups: KoffiFunc<(count: number, groups: null) => number>;
  readonly #setresgid: KoffiFunc<(real: number, effective: number, saved: number) => number>;
  readonly #setresuid: KoffiFunc<(real: number, effective: number, saved: number) => number>;
  readonly #capset: KoffiFunc<(header: Uint8Array, data: Uint8Array) => number>;
  readonly #capget: KoffiFunc<(header: Uint8Array, data: Uint8Array) => number>;
  readonly #fcntl: KoffiFunc<(descriptor: number, command: number, argument: number) => number>;
  readonly #signal: KoffiFunc<(signal: number, handler: number) => number>;
  readonly #sigprocmask: KoffiFunc<(how: number, mask: Uint8Array, old: null) => number>;
  readonly #execve: KoffiFunc<
    (file: string, args: (string | null)[], environment: (string | null)[]) => number
  >;

  /** @throws ConfinementFailed on a processor architecture whose call numbers are not known here. */
  constructor() {
    if (process.arch !== 'x64' && process.arch !== 'arm64') {
      throw new ConfinementFailed('system-calls', `there is no sandbox for ${process.arch} processors`);
    }
    this.#numbers = CALL_NUMBERS[process.arch];
    const library = koffi.load('libc.so.6');
    // The calls take their arguments in the same registers whether they are declared as variadic or not.
    this.#integers = library.func('long syscall(long number, long a, long b, long c, long d)');
    this.#pointer = library.func('long syscall(long number, long a, long b, uint8_t *c, long d)');
    this.#createRuleset = library.func('long syscall(long number, uint8_t *a, size_t b, long c)');
    const program = koffi.struct({ length: 'uint16_t', filter: 'uint8_t *' });
    this.#seccomp = library.func('syscall', 'long', ['long', 'long', 'long', koffi.pointer(program)]);
    this.#prctl = library.func('int prctl(int option, ulong a, ulong b, ulong c, ulong d)');
    this.#setrlimit = library.func('int setrlimit(int resource, uint8_t *limit)');
    this.#setpriority = library.func('int setpriority(int which, int who, int priority)');
    this.#setsid = library.func('int setsid()');
    this.#getsid = library.func('int getsid(int pid)');
    this.#setgroups = library.func('int setgroups(size_t count, void *groups)');
    this.#setresgid = library.func('int setresgid(uint32_t real, uint32_t effective, uint32_t saved)');
    this.#setresuid = library.func('int setresuid(uint32_t real, uint32_t effective, uint32_t saved)');
    this.#capset = library.func('int capset(uint8_t *header, uint8_t *data)');
    this.#capget = library.func('int capget(uint8_t *header, _Out_ uint8_t *data)');
    this.#fcntl = library.func('int fcntl(int descriptor, int command, long argument)');
    this.#signal = library.func('intptr_t signal(int signal, intptr_t handler)');
    this.#sigprocmask = library.func('int sigprocmask(int how, uint8_t *mask, void *old)');
    this.#execve = library.func('int execve(const char *file, const char **args, const char **environment)');
  }

  prctl(step: ConfinementStep, what: string, option: number, first = 0, second = 0): number {
    return check(step, what, this.#prctl(option, first, second, 0, 0));
  }

  /** As `prctl`, for a question whose answer may be no. @returns -1 when the kernel refuses. */
  askPrctl(option: number, first = 0, second = 0): number {
    return this.#prctl(option, first, second, 0, 0);
  }

  setrlimit(what: string, resource: number, limit: number): void {
    const bytes = new BigUint64Array([BigInt(limit), BigInt(limit)]);
    check('limits', what, this.#setrlimit(resource, new Uint8Array(bytes.buffer)));
  }

  setPriority(nice: number): void {
    check('limits', 'setpriority', this.#setpriority(0, 0, nice));
  }

  /** @param priority the class in the highest three of 16 bits, as IOPRIO_PRIO_VALUE gives it. */
  setIoPriority(priority: number): void {
    check('limits', 'ioprio_set', this.#integers(this.#numbers.ioprioSet, 1, 0, priority, 0));
  }

  becomeSessionLeader(): void {
    if (this.#getsid(0) !== process.pid) check('parent', 'setsid', this.#setsid());
  }

  setUser(uid: number, gid: number): void {
    check('privileges', 'setresgid', this.#setresgid(gid, gid, gid));
    check('privileges', 'setresuid', this.#setresuid(uid, uid, uid));
  }

  dropGroups(): void {
    check('privileges', 'setgroups', this.#setgroups(0, null));
  }

  capset(header: Uint8Array, sets: Uint8Array): void {
    check('privileges', 'capset', this.#capset(header, sets));
  }

  capget(header: Uint8Array, sets: Uint8Array): void {
    check('privileges', 'capget', this.#capget(header, sets));
  }

  /** All descriptors from `first` on are closed when the process executes another program. */
  closeOnExecFrom(first: number): void {
    const CLOSE_RANGE_CLOEXEC = 4;
    check('files', 'close_range', this.#integers(CLOSE_RANGE, first, 0xffff_ffff, CLOSE_RANGE_CLOEXEC, 0));
  }

  /** The descriptor survives the execution of another program. */
  keepOnExec(descriptor: number): void {
    const F_SETFD = 2;
    check('files', `fcntl of descriptor ${descriptor}`, this.#fcntl(descriptor, F_SETFD, 0));
  }

  /** No signal is blocked, and these are not ignored, in the next program. */
  restoreSignals(ignored: readonly number[]): void {
    const SIG_SETMASK = 2;
    check('program', 'sigprocmask', this.#sigprocmask(SIG_SETMASK, new Uint8Array(128), null));
    for (const signal of ignored) check('program', 'signal', this.#signal(signal, 0));
  }

  /** @returns the version that the kernel has, 0 where it has none or it is turned off. */
  landlockVersion(): number {
    const LANDLOCK_CREATE_RULESET_VERSION = 1;
    const version = this.#createRuleset(LANDLOCK_CREATE_RULESET, null, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return Math.max(0, version);
  }

  /** @returns the ruleset's descriptor. */
  createLandlockRuleset(attributes: Uint8Array): number {
    const ruleset = this.#createRuleset(LANDLOCK_CREATE_RULESET, attributes, attributes.byteLength, 0);
    return check('files', 'landlock_create_ruleset', ruleset);
  }

  addLandlockPath(ruleset: number, rule: Uint8Array, path: string): void {
    const LANDLOCK_RULE_PATH_BENEATH = 1;
    const result = this.#pointer(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0);
    check('files', `landlock_add_rule for ${path}`, result);
  }

  enterLandlock(ruleset: number): void {
    check('files', 'landlock_restrict_self', this.#integers(LANDLOCK_RESTRICT_SELF, ruleset, 0, 0, 0));
  }

  /** @param filter whole instructions; from here on every system call of this thread goes through them. */
  enterFilter(filter: Uint8Array): void {
    const program = { length: filter.byteLength / INSTRUCTION_BYTES, filter };
    const result = this.#seccomp(this.#numbers.seccomp, SECCOMP_SET_MODE_FILTER, 0, program);
    check('system-calls', 'seccomp', result);
  }

  /** The process becomes another program; returns only by throwing. */
  execute(file: string, args: readonly string[], environment: Readonly<Record<string, string>>): never {
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    check('program', `execve of ${file}`, this.#execve(file, [...args, null], [...variables, null]));
    throw new ConfinementFailed('program', `execve of ${file} came back`);
  }
}

function check(step: ConfinementStep, what: string, result: number): number {
  if (result >= 0) return result;
  const name = getSystemErrorName(-koffi.errno());
  throw new ConfinementFailed(step, `${what}: ${name}`);
}
