import { setTimeout as delay } from 'node:timers/promises';
import type { Signal } from '../../../src/agent/games/signals/signal.ts';

/** @returns the Unix time in milliseconds when the signal told of a value of that kind. */
export async function waitFor<Value>(
  signal: Signal<Value>,
  isWanted: (value: Value) => boolean,
): Promise<number> {
  const giveUp = new AbortController();
  const told = new Promise<number>((resolve) => {
    const look = () => {
      if (!isWanted(signal.value)) return;
      signal.off('change', look);
      resolve(performance.timeOrigin + performance.now());
    };
    signal.on('change', look);
    look();
  });
  const late = delay(15_000, undefined, { signal: giveUp.signal }).then(() => {
    throw new Error(`${signal.name} still says ${JSON.stringify(signal.value)}.`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([told, late]);
  } finally {
    giveUp.abort();
  }
}
