import type { GpuPreset } from '../../shared/gpu-preferences.ts';
import type { ScheduleRule } from '../../shared/schedule.ts';

const MINUTE_MS = 60_000;
/** To either side: a schedule repeats after a week. */
const DAYS_LOOKED_AT = 8;

export interface EffectivePreset {
  /** `off`: the schedule lets nothing run. */
  readonly preset: GpuPreset | 'off';
  /** Since when; where that is longer ago than a week, some moment before. */
  readonly since: Date;
  /** The first moment at which another preset holds; null: never. */
  readonly until: Date | null;
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
  readonly preset: ScheduleRule['preset'];
}

/**
 * What the schedule makes of a card's own preset now, and until when. Times are the local clock's: a span lasts
 * from the first moment at which the clock shows `from`, or later where that time is skipped, to the first at
 * which it shows `until`. Of rules that overlap the first in the list holds.
 */
export function effectivePreset(
  schedule: readonly ScheduleRule[],
  base: GpuPreset,
  now: Date,
): EffectivePreset {
  const nowMs = now.getTime();
  // A span of the day before may last, so of the outermost days not everything is known.
  const earliestMs = momentOf(now, 1 - DAYS_LOOKED_AT, 0);
  const latestMs = momentOf(now, DAYS_LOOKED_AT, 0);
  const spans = spansAround(schedule, now);
  const presetAt = (atMs: number): EffectivePreset['preset'] =>
    spans.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs)?.preset ?? base;
  const preset = presetAt(nowMs);
  const edges = spans.flatMap(({ startMs, endMs }) => [startMs, endMs]).sort((a, b) => a - b);
  const known = edges.filter((atMs) => earliestMs < atMs && atMs < latestMs);
  const untilMs = known.find((atMs) => atMs > nowMs && presetAt(atMs) !== preset);
  const sinceMs = known.findLast((atMs) => atMs <= nowMs && presetAt(atMs - 1) !== preset);
  return {
    preset,
    since: new Date(sinceMs ?? earliestMs),
    until: untilMs === undefined ? null : new Date(untilMs),
  };
}

/** In the order of the rules; of each rule the spans of the weeks around now. */
function spansAround(schedule: readonly ScheduleRule[], now: Date): Span[] {
  return schedule.flatMap(({ days, from, until, preset }) => {
    const fromMinute = minuteOf(from);
    const untilMinute = minuteOf(until);
    const endsNextDay = untilMinute <= fromMinute ? 1 : 0;
    const spans: Span[] = [];
    for (let offset = -DAYS_LOOKED_AT; offset <= DAYS_LOOKED_AT; offset += 1) {
      const weekday = (now.getDay() + offset + 14) % 7;
      if (!days.includes(weekday)) continue;
      const startMs = momentOf(now, offset, fromMinute);
      const endMs = momentOf(now, offset + endsNextDay, untilMinute);
      if (startMs < endMs) spans.push({ startMs, endMs, preset });
    }
    return spans;
  });
}

function minuteOf(timeOfDay: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  return hours * 60 + minutes;
}

/** The first moment of the day `offset` days from today at which the local clock shows `minute` or later. */
function momentOf(today: Date, offset: number, minute: number): number {
  const [year, month, day] = [today.getFullYear(), today.getMonth(), today.getDate() + offset];
  const wanted = Date.UTC(year, month, day, 0, minute);
  // Of a time that comes twice this is the first; a time that is skipped is moved on by the skipped span.
  let moment = new Date(year, month, day, 0, minute).getTime();
  while (localClock(moment - MINUTE_MS) >= wanted) moment -= MINUTE_MS;
  return moment;
}

/** What the local clock shows, comparable as a number. */
function localClock(atMs: number): number {
  const time = new Date(atMs);
  return Date.UTC(time.getFullYear(), time.getMonth(), time.getDate(), time.getHours(), time.getMinutes());
}
