/**
 * The RLIMIT_CORE, in bytes, with which Linux writes no core dump: 1, for at 0 it still hands the dump to a program
 * that `core_pattern` names; 0 where the hard limit, which cannot be raised, is that already.
 * @param limits the text of `/proc/self/limits`.
 */
export function coreLimit(limits: string): 0 | 1 {
  return /^Max core file size\s+\S+\s+0\s/m.test(limits) ? 0 : 1;
}
