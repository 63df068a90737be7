const UNREACHABLE_AFTER_SECONDS = 60;

/** Since when the card has been above its target although it does the least. */
export interface ReachState {
  readonly leastSinceSeconds: number | null;
}

export function startReach(): ReachState {
  return { leastSinceSeconds: null };
}

export function stepReach(
  state: ReachState,
  sample: {
    readonly atSeconds: number;
    readonly doesTheLeast: boolean;
    readonly temperatureC: number | null;
    readonly targetC: number;
  },
): ReachState {
  const { temperatureC } = sample;
  if (!sample.doesTheLeast || temperatureC === null || temperatureC <= sample.targetC) return startReach();
  return { leastSinceSeconds: state.leastSinceSeconds ?? sample.atSeconds };
}

export function leastWorkSeconds({ leastSinceSeconds }: ReachState, atSeconds: number): number {
  return leastSinceSeconds === null ? 0 : atSeconds - leastSinceSeconds;
}

/** Why a target is not held as the user asked; the most important reason, or null. */
export function noteOf(facts: {
  readonly atSeconds: number;
  readonly reach: ReachState;
  readonly sensorInDoubt: boolean;
  readonly fanFloorPercent: number | null;
  readonly fanCeilingPercent: number | null;
  readonly temperatureC: number | null;
  readonly askedC: number;
  /** What is held now, and what the safety temperature leaves of what was asked. */
  readonly targetC: number;
  readonly rangeTargetC: number;
  readonly safetyC: number;
}): string | null {
  const { reach } = facts;
  if (facts.sensorInDoubt) {
    return `The card reports ${facts.temperatureC} °C whatever it does, so it is held at half its power.`;
  }
  if (leastWorkSeconds(reach, facts.atSeconds) >= UNREACHABLE_AFTER_SECONDS) {
    return `The card stays at ${facts.temperatureC} °C although it does the least: it cannot reach ${facts.targetC} °C.`;
  }
  if (facts.fanFloorPercent !== null) {
    return `The fan runs at ${facts.fanFloorPercent} % whatever the card does, so its ceiling of ${facts.fanCeilingPercent} % cannot be held.`;
  }
  if (facts.rangeTargetC < facts.askedC) {
    return `Held at ${facts.rangeTargetC} °C, because ${facts.askedC} °C is too close to the safety temperature, ${facts.safetyC} °C.`;
  }
  return null;
}
