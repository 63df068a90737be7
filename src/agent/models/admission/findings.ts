import type { AdmissionCode, AdmissionReason } from './admission-report.ts';

/** Enough for a person to see what a bundle is; a file with more of them is not read on. */
const MOST_FINDINGS = 200;
/** Of a name that a stranger chose. */
const SHOWN_CHARACTERS = 80;

/** Ends the inspection of one file; what was found until then stands. */
export class InspectionStopped extends Error {}

/** Collects the reasons to refuse a bundle, file by file. */
export class Findings {
  readonly #reasons: AdmissionReason[] = [];
  #file = '';
  #isFull = false;

  get reasons(): readonly AdmissionReason[] {
    return this.#reasons;
  }

  /** There were more reasons than are kept. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** What is added from now on is about this file. */
  enter(file: string): void {
    this.#file = file;
  }

  /** @throws InspectionStopped when there are too many. */
  add(code: AdmissionCode, place: string, message: string): void {
    if (this.#reasons.length >= MOST_FINDINGS) {
      this.#isFull = true;
      throw new InspectionStopped('There are too many reasons to refuse this bundle.');
    }
    this.#reasons.push({ code, file: this.#file, place, message });
  }
}

/** A name from a stranger's file, shortened, on one line and without control characters. */
export function quoted(name: string): string {
  const short = name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS)}…` : name;
  return JSON.stringify(short).replace(/[^\x20-\x7e…]/g, (character) => `\\u${hex4(character)}`);
}

function hex4(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(4, '0');
}
