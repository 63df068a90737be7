/** A card's memory is looked at twice before work is stopped: a model that loads takes it in steps. */
const LOW_READINGS = 2;
/** Beyond the head-room, so that work does not start and stop in turn. */
const MARGIN = 1.1;
/** When what is free never suffices again, perhaps because another model is due, work is tried again. */
const RETRY_SECONDS = 600;

/** `working`: nothing is short. `yielded`: our worker was stopped for want of memory. */
export type HeadroomState =
  | { readonly kind: 'working'; readonly lowReadings: number }
  | {
      readonly kind: 'yielded';
      readonly sinceSeconds: number;
      readonly freeWhenYielded: number;
      /** What our worker gave back; null until it is gone. */
      readonly ownBytes: number | null;
    };

export const HEADROOM_AT_START: HeadroomState = { kind: 'working', lowReadings: 0 };

export interface HeadroomInput {
  readonly atSeconds: number;
  /** null: the card does not tell, and then nothing is decided. */
  readonly freeBytes: number | null;
  /** One of our workers lives on the card. */
  readonly hasWorker: boolean;
}

/**
 * Keeps memory free on a card, so that a game can always start: work stops when less than the head-room is left,
 * and starts when the head-room remains besides what the work itself took. Pure.
 */
export function headroomStep(
  state: HeadroomState,
  { atSeconds, freeBytes, hasWorker }: HeadroomInput,
  headroomBytes: number,
): { readonly state: HeadroomState; readonly yields: boolean } {
  if (freeBytes === null) return { state, yields: state.kind === 'yielded' };
  switch (state.kind) {
    case 'working': {
      if (freeBytes >= headroomBytes) return { state: HEADROOM_AT_START, yields: false };
      if (!hasWorker) return { state: HEADROOM_AT_START, yields: true };
      const lowReadings = state.lowReadings + 1;
      if (lowReadings < LOW_READINGS) return { state: { kind: 'working', lowReadings }, yields: false };
      const yielded = { sinceSeconds: atSeconds, freeWhenYielded: freeBytes, ownBytes: null };
      return { state: { kind: 'yielded', ...yielded }, yields: true };
    }
    case 'yielded': {
      if (hasWorker) return { state, yields: true };
      const ownBytes = state.ownBytes ?? Math.max(0, freeBytes - state.freeWhenYielded);
      const isEnough = freeBytes >= headroomBytes * MARGIN + ownBytes;
      const isOver = isEnough || atSeconds - state.sinceSeconds >= RETRY_SECONDS;
      return isOver
        ? { state: HEADROOM_AT_START, yields: false }
        : { state: { ...state, ownBytes }, yields: true };
    }
  }
}
