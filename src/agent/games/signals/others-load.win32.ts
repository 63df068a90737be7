import type { Logger } from 'pino';
import { Toolhelp } from '../toolhelp.win32.ts';
import { LoadWindow } from './load-window.ts';
import { OwnProcessorTime } from './own-processor-time.win32.ts';
import { PolledSignal } from './polled-signal.win32.ts';
import { ProcessorTimes } from './processor-times.win32.ts';
import type { OthersLoad, Signal } from './signal.ts';

const PERIOD_MS = 5_000;
const WINDOW_SAMPLES = 7;
/** Smaller changes are told to nobody. */
const STEP = 0.01;

/**
 * The processors' load by other programs, as a mean of the last 30 seconds.
 * @param ownPids Gata's processes; what they started is counted with them.
 */
export function createOthersLoad(
  ownPids: () => readonly number[],
  { periodMs = PERIOD_MS, logger }: { periodMs?: number; logger?: Logger | undefined } = {},
): Signal<OthersLoad> {
  return new PolledSignal<OthersLoad>({
    name: 'win32-others-load',
    unknown: { processor: null },
    periodMs,
    open: () => {
      const toolhelp = new Toolhelp();
      const times = new ProcessorTimes();
      const ownTime = new OwnProcessorTime();
      const window = new LoadWindow(WINDOW_SAMPLES);
      return () => {
        const now = fileTime(new Date());
        const own = ownTime.add(ownPids(), toolhelp.processes(), (pid) => times.process(pid), now);
        const share = window.add({ ...times.machine(), own });
        return { processor: share === null ? null : Math.round(share / STEP) * STEP };
      };
    },
    logger,
  });
}

/** In 100 ns since 1601. */
function fileTime(date: Date): bigint {
  return BigInt(date.getTime()) * 10_000n + 116_444_736_000_000_000n;
}
