/**
 * Threads inside one operator. The setting 0 means half of the logical processors, about the physical cores of most
 * gamers' machines: the others stay free for the user, and for what carries the tokens away.
 */
export function resolveCpuThreads(setting: number, logicalProcessors: number): number {
  return setting > 0 ? setting : Math.max(1, Math.floor(logicalProcessors / 2));
}
