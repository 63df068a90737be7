/** The guard's exit codes; the agent's log shows them, and the agent starts another guard after any. */
export const GUARD_EXIT = {
  ended: 0,
  error: 1,
  protocolViolation: 2,
  limitsLeft: 3,
  locked: 4,
  driverReplaced: 5,
} as const;
export type GuardExit = (typeof GUARD_EXIT)[keyof typeof GUARD_EXIT];
