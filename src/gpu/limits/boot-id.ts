import { readFileSync } from 'node:fs';

/**
 * Names the time since the machine was started; null where the system has no such name (Windows). Limits do not
 * survive a restart, so entries of another boot need nothing put back.
 */
export function readBootId(): string | null {
  if (process.platform !== 'linux') return null;
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Without it every entry is judged by the card's present value alone.
    return null;
  }
}
