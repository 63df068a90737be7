import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** Of 0, guessed at once, to 4; 3 means that it takes at least 10⁸ guesses. */
export const LEAST_PASSWORD_SCORE = 3;

export interface PasswordStrength {
  readonly score: number;
  /** What is wrong with it, and what to do; as sentences. */
  readonly advice: string;
}

/** By zxcvbn's names. */
const WARNINGS: Readonly<Record<string, string>> = {
  straightRow: 'Keys in a row are easy to guess.',
  keyPattern: 'Short patterns on the keyboard are easy to guess.',
  simpleRepeat: 'Repeated characters are easy to guess.',
  extendedRepeat: 'Repeated parts are easy to guess.',
  sequences: 'Sequences such as "abc" or "6543" are easy to guess.',
  recentYears: 'Recent years are easy to guess.',
  dates: 'Dates are easy to guess.',
  topTen: 'This is one of the ten most common passwords.',
  topHundred: 'This is one of the hundred most common passwords.',
  common: 'This is a common password.',
  similarToCommon: 'This is close to a common password.',
  wordByItself: 'A single word is easy to guess.',
  namesByThemselves: 'A name is easy to guess.',
  commonNames: 'Common names are easy to guess.',
};
const ADVICE = 'Use four or more words that do not belong together, or at least 12 random characters.';

/** zxcvbn looks at no more of a password; the rest only makes it stronger. */
const JUDGED_CHARACTERS = 100;

/** Judges passwords by how many guesses they take. Loads its dictionaries, some megabytes, once. */
export class PasswordJudge {
  readonly #zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });

  judge(password: string): PasswordStrength {
    const { score, feedback } = this.#zxcvbn.check(password.slice(0, JUDGED_CHARACTERS), ['gata', 'wallet']);
    const warning = WARNINGS[feedback.warning ?? ''];
    return { score, advice: warning === undefined ? ADVICE : `${warning} ${ADVICE}` };
  }
}
