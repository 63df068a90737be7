import { GataError } from '../../shared/gata-error.ts';

/** A card as a person can name it. */
interface NameableGpu {
  readonly uuid: string;
  readonly index: number;
  readonly name: string;
}

/** Fewer characters of an id would match by chance. */
const LEAST_ID_LENGTH = 6;
/** The number of a card, not a part of a name like RTX 4070. */
const NUMBER = /^\d{1,2}$/;

/**
 * The one card that is meant by its number, its id or the beginning of it, or a part of its name.
 * @throws GataError `not-found` when none or several are.
 */
export function selectGpu(word: string, gpus: readonly NameableGpu[]): NameableGpu {
  const wanted = word.toLowerCase();
  const tests: ((gpu: NameableGpu) => boolean)[] = [
    (gpu) => String(gpu.index) === wanted || gpu.uuid.toLowerCase() === wanted,
    (gpu) => wanted.length >= LEAST_ID_LENGTH && gpu.uuid.toLowerCase().startsWith(wanted),
    (gpu) => !NUMBER.test(wanted) && gpu.name.toLowerCase().includes(wanted),
  ];
  for (const test of tests) {
    const [found, another] = gpus.filter(test);
    if (found !== undefined && another === undefined) return found;
    if (found !== undefined) {
      throw new GataError('not-found', `"${word}" fits several cards. There are: ${listOf(gpus)}.`);
    }
  }
  const there = gpus.length === 0 ? 'Gata sees none now' : `There are: ${listOf(gpus)}`;
  throw new GataError(
    'not-found',
    `There is no graphics card "${word}". ${there}; all stands for every card.`,
  );
}

function listOf(gpus: readonly NameableGpu[]): string {
  return gpus.map(({ index, name, uuid }) => `${index} ${name} (${uuid})`).join(', ');
}
