import { LimitError } from './limit-error.ts';
import type { LimitableCard } from './limitable-card.ts';

/**
 * What to tell the user of a journal that could not be understood. It may have told of a lowered limit; but which
 * value the user had is unknown, and the default would undo a limit that the user chose. So the cards are left
 * alone, and those that may be meant are named.
 *
 * @param keptAs where the journal was moved
 */
export function reportDamagedJournal(keptAs: string, cards: readonly LimitableCard[]): string[] {
  return [`The record of changed limits was damaged; it is kept as ${keptAs}.`, ...cards.flatMap(suspect)];
}

function suspect(card: LimitableCard): string[] {
  const range = card.powerLimitRange;
  if (range === null) return [];
  const watts = (milliwatts: number) => Math.round(milliwatts / 1000);
  try {
    const present = card.getPowerLimitMilliwatts();
    if (present >= range.defaultMilliwatts) return [];
    return [
      `The power limit of ${card.uuid} is ${watts(present)} W, below its default of ${watts(range.defaultMilliwatts)} W. If you did not set that yourself, set it back with: nvidia-smi -i ${card.uuid} -pl ${watts(range.defaultMilliwatts)}`,
    ];
  } catch (thrown) {
    return [`The power limit of ${card.uuid} could not be read. ${LimitError.from(thrown).message}`];
  }
}
