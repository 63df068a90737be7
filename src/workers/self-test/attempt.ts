import type { AttemptReport } from '../../shared/self-test-protocol.ts';

/** A harmless try at something that the sandbox must not let happen. */
export interface Attempt {
  /** In words, to follow "A model could". */
  readonly what: string;
  /** Resolves with what it got, for a reader; throws when it was refused. */
  readonly run: () => string | Promise<string>;
  /** Its success shows outside only, as this. */
  readonly seenAs?: string;
}

/** Longer texts would only fill the log. */
const DETAIL_LENGTH = 200;

export async function report({ what, run, seenAs }: Attempt): Promise<AttemptReport> {
  try {
    const got = await run();
    const outcome = seenAs === undefined ? 'succeeded' : 'sent';
    return { what, outcome, seenAs, detail: got.slice(0, DETAIL_LENGTH) };
  } catch (error) {
    return { what, outcome: 'refused', seenAs, detail: reasonOf(error).slice(0, DETAIL_LENGTH) };
  }
}

/** Thrown by an attempt that met no error and yet did not get what it came for. */
export class NothingGained extends Error {}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? String(error.code) : error.message;
}
