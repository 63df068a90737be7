import koffi, { type KoffiFunc } from 'koffi';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { PolledSignal } from './polled-signal.win32.ts';
import type { Signal } from './signal.ts';

const PERIOD_MS = 250;
/** sizeof(LASTINPUTINFO): its size, and a tick. */
const LAST_INPUT_BYTES = 8;
/** Ticks are milliseconds in 32 bits: they begin again after 49.7 days. */
const TICKS = 2 ** 32;
/** An input may be stamped a little later than the clock was read; further ahead it is a whole turn back. */
const AHEAD_TICKS = 60_000;
/** While the user types, it is told once in so long. */
const STEP_MS = 1_000;

/**
 * When the user last touched mouse or keyboard in this session of Windows, to a second. Windows does not count
 * game controllers.
 */
export function createLastInput(logger: Logger, clock: Clock = systemClock): Signal<Date | null> {
  return new PolledSignal<Date | null>({
    name: 'win32-last-input',
    unknown: null,
    periodMs: PERIOD_MS,
    open: () => {
      const readTicks = tickReader();
      let told: Date | null = null;
      return () => {
        const { nowTick, inputTick } = readTicks();
        told = steady(told, lastInputAt(clock.now(), nowTick, inputTick));
        return told;
      };
    },
    logger,
  });
}

/** @param nowTick and @param inputTick are GetTickCount's at both moments. */
export function lastInputAt(now: Date, nowTick: number, inputTick: number): Date {
  const agoTicks = (((nowTick - inputTick) % TICKS) + TICKS) % TICKS;
  return new Date(now.getTime() - (agoTicks > TICKS - AHEAD_TICKS ? 0 : agoTicks));
}

/** Two clocks never agree to the millisecond: a moment that hardly differs is the same. */
function steady(told: Date | null, at: Date): Date {
  return told !== null && Math.abs(at.getTime() - told.getTime()) < STEP_MS ? told : at;
}

function tickReader(): () => { nowTick: number; inputTick: number } {
  const getLastInputInfo: KoffiFunc<(info: Buffer) => number> = koffi
    .load('user32.dll')
    .func('int __stdcall GetLastInputInfo(_Inout_ uint8_t *info)');
  const getTickCount: KoffiFunc<() => number> = koffi
    .load('kernel32.dll')
    .func('uint32_t __stdcall GetTickCount()');
  const info = Buffer.alloc(LAST_INPUT_BYTES);
  info.writeUInt32LE(LAST_INPUT_BYTES);
  return () => {
    if (getLastInputInfo(info) === 0) throw new Error('GetLastInputInfo failed.');
    return { inputTick: info.readUInt32LE(4), nowTick: getTickCount() };
  };
}
