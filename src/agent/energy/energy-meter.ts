import type { GpuSample } from '../../shared/gpu.ts';

/** Longer than this without a reading, and what was drawn meanwhile is unknown without the card's counter. */
const LONGEST_GAP_MS = 15_000;
const KEPT_MS = 3600_000;

/** What a card had drawn by a moment, since an arbitrary beginning. */
interface Point {
  readonly atMs: number;
  readonly joules: number;
  /** Stretches before it of which nothing is known. */
  readonly gaps: number;
  readonly watts: number | null;
}

interface Card {
  /** Oldest first. */
  points: Point[];
  last: GpuSample;
}

type Drawn = Pick<Point, 'joules' | 'gaps'>;

/**
 * What each card drew, from its readings: by the card's own energy counter, and where it has none by integrating
 * its power with the trapezoid rule. It is the whole card's draw, idle draw and other programs' work included,
 * because an electricity bill does not tell them apart.
 */
export class EnergyMeter {
  readonly #cards = new Map<string, Card>();

  /** Takes the next reading of a card. */
  take(sample: GpuSample): void {
    const card = this.#cards.get(sample.uuid);
    const before = card?.points.at(-1);
    if (card === undefined || before === undefined || sample.atMs < before.atMs) {
      // First of this card, or the machine's clock was set back: what was before has no place in time any more.
      const first: Point = { atMs: sample.atMs, joules: 0, gaps: 0, watts: wattsOf(sample) };
      this.#cards.set(sample.uuid, { points: [first], last: sample });
      return;
    }
    if (sample.atMs === before.atMs) return;
    const joules = joulesOfStep(card.last, sample);
    card.points.push({
      atMs: sample.atMs,
      joules: before.joules + (joules ?? 0),
      gaps: before.gaps + (joules === null ? 1 : 0),
      watts: wattsOf(sample),
    });
    card.last = sample;
    forgetBefore(card, sample.atMs - KEPT_MS);
  }

  /**
   * Joules that a card drew from one moment to another, both in milliseconds since the epoch, to the latest hour.
   * Between readings it is interpolated; beyond the latest one the card is taken to draw on as it did.
   * @returns null when a part of the span is not known.
   */
  joulesBetween(uuid: string, startMs: number, endMs: number): number | null {
    const card = this.#cards.get(uuid);
    if (card === undefined || endMs < startMs) return null;
    const start = drawnBy(card, startMs);
    const end = drawnBy(card, endMs);
    if (start === null || end === null || start.gaps !== end.gaps) return null;
    return Math.max(0, end.joules - start.joules);
  }
}

/** Joules between two readings; null when they do not tell. */
function joulesOfStep(from: GpuSample, to: GpuSample): number | null {
  const { energyMillijoules: fromCount } = from;
  const { energyMillijoules: toCount } = to;
  // A counter begins anew when the driver is loaded again.
  if (fromCount !== null && toCount !== null && toCount >= fromCount) return (toCount - fromCount) / 1000;
  const [fromWatts, toWatts] = [wattsOf(from), wattsOf(to)];
  const stepMs = to.atMs - from.atMs;
  if (stepMs > LONGEST_GAP_MS || fromWatts === null || toWatts === null) return null;
  return (((fromWatts + toWatts) / 2) * stepMs) / 1000;
}

function wattsOf({ powerMilliwatts }: GpuSample): number | null {
  return powerMilliwatts === null ? null : powerMilliwatts / 1000;
}

function drawnBy({ points }: Card, atMs: number): Drawn | null {
  const index = points.findLastIndex((point) => point.atMs <= atMs);
  const before = points[index];
  if (before === undefined) return null;
  if (before.atMs === atMs) return before;
  const after = points[index + 1];
  const seconds = (atMs - before.atMs) / 1000;
  if (after === undefined) {
    const watts = before.watts ?? meanWatts(points);
    if (watts === null || atMs - before.atMs > LONGEST_GAP_MS) return null;
    return { joules: before.joules + watts * seconds, gaps: before.gaps };
  }
  // The counter knows how much a long step drew, but nobody knows when.
  if (after.atMs - before.atMs > LONGEST_GAP_MS || after.gaps !== before.gaps) return null;
  return { joules: before.joules + joulesInto(before, after, seconds), gaps: before.gaps };
}

/**
 * Joules in the first seconds between two readings. A card's draw jumps when work begins or ends, so it is taken to
 * jump once from one reading's power to the other's, when the energy between them says.
 */
function joulesInto(from: Point, to: Point, seconds: number): number {
  const step = (to.atMs - from.atMs) / 1000;
  const joules = to.joules - from.joules;
  const linear = (joules * seconds) / step;
  if (from.watts === null || to.watts === null || from.watts === to.watts) return linear;
  const jumpAt = (joules - to.watts * step) / (from.watts - to.watts);
  if (jumpAt < 0 || jumpAt > step) return linear;
  return from.watts * Math.min(seconds, jumpAt) + to.watts * Math.max(0, seconds - jumpAt);
}

/** Over the latest step, for a card that counts but does not tell its power. */
function meanWatts(points: readonly Point[]): number | null {
  const [from, to] = points.slice(-2);
  if (from === undefined || to === undefined || from.gaps !== to.gaps) return null;
  return (to.joules - from.joules) / ((to.atMs - from.atMs) / 1000);
}

/** In batches, so that a reading does not move a whole array. */
function forgetBefore(card: Card, atMs: number): void {
  const [oldest] = card.points;
  if (oldest === undefined || oldest.atMs > atMs - KEPT_MS / 4) return;
  card.points = card.points.filter((point) => point.atMs >= atMs);
}
