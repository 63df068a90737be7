import { readFileSync } from 'node:fs';

/** USER_HZ, the unit of times in `/proc/PID/stat`: 100 on every platform of Node (proc_pid_stat(5)). */
const TICKS_PER_SECOND = 100;
/** From 1601, where FILETIME begins, to 1970. */
const FILETIME_EPOCH_MS = 11_644_473_600_000;
/** A start in the future by less is one of now: both clocks are read to 10 ms. */
const ROUNDING_MS = 50;

/**
 * For how many milliseconds a process has been running, by its `startOrder`: ticks since the machine's start on Linux, a
 * FILETIME on Windows; null when that cannot be told.
 */
export function processAgeMs(startOrder: number): number | null {
  if (process.platform === 'win32') return ageByFileTime(startOrder, Date.now());
  let uptime: string;
  try {
    uptime = readFileSync('/proc/uptime', 'utf8');
  } catch {
    // Where `/proc` does not tell, the age is not known.
    return null;
  }
  return ageByUptime(startOrder, uptime);
}

/** @param uptime `/proc/uptime` (proc_uptime(5)): seconds since the start, which suspended time counts for too. */
export function ageByUptime(startTicks: number, uptime: string): number | null {
  const seconds = Number.parseFloat(uptime);
  return plausible(seconds * 1000 - (startTicks * 1000) / TICKS_PER_SECOND);
}

/** @param fileTime 100 ns since 1601. */
export function ageByFileTime(fileTime: number, nowMs: number): number | null {
  return plausible(nowMs - (fileTime / 10_000 - FILETIME_EPOCH_MS));
}

function plausible(ageMs: number): number | null {
  return Number.isFinite(ageMs) && ageMs >= -ROUNDING_MS ? Math.max(0, ageMs) : null;
}
