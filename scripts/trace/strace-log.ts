/** What a program called, by the names of the kernel's table. */
export interface TracedCalls {
  readonly calls: Set<string>;
  /** Of the calls that a filter may tell apart by an argument: that argument, as strace writes it. */
  readonly argumentsOf: Map<string, Set<string>>;
}

/** The argument, counted from 0, that says what such a call does. */
const TELLING_ARGUMENT: Readonly<Record<string, number>> = {
  arch_prctl: 0,
  clone: 1,
  fcntl: 1,
  getsockopt: 2,
  ioctl: 1,
  kill: 0,
  madvise: 2,
  memfd_create: 1,
  membarrier: 0,
  prctl: 0,
  prlimit64: 0,
  setsockopt: 2,
  socket: 0,
  socketpair: 0,
  tgkill: 0,
};

/**
 * Reads logs of `strace -f -o` of a command that ends as `/app/node`: what its process and threads called from
 * then on. Names are strace's, which are the kernel's but for the `_time64` and 32-bit variants.
 */
export function readTrace(logs: readonly string[]): TracedCalls {
  const traced: TracedCalls = { calls: new Set(), argumentsOf: new Map() };
  for (const log of logs) readLog(log, traced);
  return traced;
}

function readLog(log: string, { calls, argumentsOf }: TracedCalls): void {
  const before = new Set<string>();
  let worker: string | undefined;
  for (const line of log.split('\n')) {
    const [, pid, call, rest] = /^(\d+) +(\w+)\((.*)/.exec(line) ?? [];
    if (pid === undefined || call === undefined || rest === undefined) continue;
    if (worker === undefined) {
      before.add(pid);
      if (call === 'execve' && rest.startsWith('"/app/node"')) worker = pid;
      continue;
    }
    // What set the sandbox up, and now waits for it.
    if (pid !== worker && before.has(pid)) continue;
    calls.add(call);
    const position = TELLING_ARGUMENT[call];
    if (position === undefined) continue;
    const values = argumentsOf.get(call) ?? new Set();
    argumentsOf.set(call, values.add(argumentIn(rest, position)));
  }
}

/** strace breaks a line off where another thread's call comes between. */
function argumentIn(rest: string, position: number): string {
  return (splitArguments(rest)[position] ?? '').replace(/ <unfinished \.\.\.>$/, '');
}

/** Up to the first parenthesis that closes the call; commas inside braces, brackets and texts do not part. */
function splitArguments(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let quoted = false;
  let current = '';
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (!quoted && '([{'.includes(character)) depth++;
    if (!quoted && ')]}'.includes(character) && --depth < 0) break;
    if (!quoted && depth === 0 && character === ',') {
      found.push(current.trim());
      current = '';
    } else {
      current += character;
    }
  }
  return [...found, current.trim()];
}
