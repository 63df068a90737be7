import { PatternFault, type PatternNode, parsePattern } from './pattern.ts';

const LONGEST_PATTERN = 4096;
/** Bounded repeats up to this many are written out rather than searched. */
const LARGEST_REPEAT = 64;
/**
 * Repeats without an end, one after another, that one way through the pattern may have: as many as known tokenisers
 * have. Where such a way fails, matching a text of n characters takes at most n² steps from one place.
 */
const MOST_LOOPS = 2;

interface Cost {
  /** Repeats without an end on the worst way through. */
  readonly loops: number;
  /** Fewest characters that match. */
  readonly least: number;
  /** Whether it matches texts of one length only, in one way. */
  readonly isFixed: boolean;
}

/**
 * What is wrong with a pattern of a tokeniser, as the end of a sentence; undefined when it may run on strangers'
 * texts. Backtracking is exponential only where something repeated can itself match in several ways, so: only
 * single characters, and groups of one fixed length without alternatives, may be repeated more than once.
 */
export function patternFault(source: string): string | undefined {
  try {
    costOfPattern(source);
    return undefined;
  } catch (error) {
    if (error instanceof PatternFault) return error.message;
    throw error;
  }
}

/** Whether a pattern matches the empty text, so that it matches everywhere. */
export function matchesNothing(source: string): boolean {
  return costOfPattern(source).least === 0;
}

/** @throws PatternFault */
function costOfPattern(source: string): Cost {
  if (source.length > LONGEST_PATTERN) {
    throw new PatternFault(`has ${source.length} characters; ${LONGEST_PATTERN} are allowed`);
  }
  return costOf(parsePattern(source));
}

/** Groups nest at most 16 deep, so this recursion is bounded. */
function costOf(node: PatternNode): Cost {
  switch (node.kind) {
    case 'character':
      return { loops: 0, least: 1, isFixed: true };
    case 'assertion': {
      const body = node.body === undefined ? undefined : costOf(node.body);
      return { loops: body?.loops ?? 0, least: 0, isFixed: body === undefined };
    }
    case 'sequence': {
      const items = node.items.map(costOf);
      const loops = items.reduce((sum, item) => sum + item.loops, 0);
      if (loops > MOST_LOOPS)
        throw new PatternFault(`has ${loops} repeats in a row; ${MOST_LOOPS} are allowed`);
      const least = items.reduce((sum, item) => sum + item.least, 0);
      return { loops, least, isFixed: items.every((item) => item.isFixed) };
    }
    case 'choice': {
      const options = node.options.map(costOf);
      const loops = Math.max(...options.map((option) => option.loops));
      return { loops, least: Math.min(...options.map((option) => option.least)), isFixed: false };
    }
    case 'repeat':
      return costOfRepeat(node.least, node.most, costOf(node.body));
  }
}

function costOfRepeat(least: number, most: number, body: Cost): Cost {
  if (most < least) throw new PatternFault('repeats something at most fewer times than at least');
  const isBounded = Number.isFinite(most);
  if (isBounded && most > LARGEST_REPEAT) {
    throw new PatternFault(`repeats something ${most} times; ${LARGEST_REPEAT} are allowed`);
  }
  if (most > 1 && (!body.isFixed || body.least === 0)) {
    throw new PatternFault('repeats a group that matches in several ways');
  }
  const loops = isBounded ? body.loops : body.loops + 1;
  return { loops, least: least * body.least, isFixed: least === most && body.isFixed };
}
