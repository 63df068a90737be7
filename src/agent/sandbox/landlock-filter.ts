import { assemble } from './seccomp/assemble.ts';
import { type Architecture, type Policy, type Rule, refuseWith } from './seccomp/policy.ts';
import { systemCallNumbers } from './seccomp/system-call-numbers.ts';
import { workerPolicy } from './seccomp/worker-policy.ts';

const EPERM = 1;
/** The bit of O_TMPFILE that is its own: a file without a name, whose size nobody sees. */
const UNNAMED_FILE = 0o20000000;
/** Calls that open files, with the place of their flags among the arguments. */
const OPENING_CALLS = [
  ['open', 1],
  ['openat', 2],
] as const;

export interface LandlockFilterOptions {
  readonly architecture: Architecture;
  readonly ownPid: number;
  /** The worker has NVIDIA's device nodes. */
  readonly cuda: boolean;
}

/**
 * The workers' filter for a sandbox without a file system of its own. Landlock does not see to the permissions of
 * files, so a worker may not change them: its program and its model are the user's.
 */
export function landlockFilter(options: LandlockFilterOptions): Uint8Array {
  return assemble(landlockPolicy(options));
}

export function landlockPolicy(options: LandlockFilterOptions): Policy {
  const policy = workerPolicy(options);
  const numbers = systemCallNumbers(options.architecture);
  const refused = refuseWith(EPERM);
  const stricter = new Map<number | undefined, (rule: Rule) => Rule>([
    [numbers.get('fchmod'), (rule) => ({ ...rule, checks: [], verdict: refused, otherwise: refused })],
    ...OPENING_CALLS.map(([call, argument]): [number | undefined, (rule: Rule) => Rule] => [
      numbers.get(call),
      (rule) => ({
        ...rule,
        checks: [...rule.checks, { argument, anyOf: [{ mask: UNNAMED_FILE, values: [0] }] }],
        otherwise: refused,
      }),
    ]),
  ]);
  return { ...policy, rules: policy.rules.map((rule) => stricter.get(rule.number)?.(rule) ?? rule) };
}
