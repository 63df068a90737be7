import { type Comparison, gata } from './compare-statements.ts';
import type { OpenReceipt } from './receipt-log.ts';

/** A root gives the payout address less than the statements say was paid to it. */
export interface RootFinding {
  readonly epoch: number;
  readonly givenWei: bigint;
  readonly dueWei: bigint;
}

export interface Differences {
  readonly comparison: Comparison;
  readonly roots: readonly RootFinding[];
  /** The address of the gateway's receipt key now. */
  readonly key: string;
  /** The one of the first time, and those that the user trusted since. */
  readonly trusted: readonly string[];
  readonly receipts: readonly OpenReceipt[];
}

/** Sentences of one text; what is left out is in the receipts. */
const SENTENCES = 4;

/** Where the statements differ from the receipts, in sentences; null: nowhere. */
export function differenceText({ comparison, roots, key, trusted, receipts }: Differences): string | null {
  const { missing, changed, epochs } = comparison;
  const sentences: string[] = [];
  const [firstMissing] = missing;
  if (firstMissing !== undefined) {
    const wei = missing.reduce((sum, { creditWei }) => sum + creditWei, 0n);
    sentences.push(
      `The gateway's statement leaves out ${jobs(missing.length)} for which it signed ${gata(wei)}, such as ${firstMissing.jobId}.`,
    );
  }
  const [firstChanged] = changed;
  if (firstChanged !== undefined) {
    const { jobId, signedWei, statedWei } = firstChanged;
    sentences.push(
      `It states another credit than it signed for ${jobs(changed.length)}: ${gata(statedWei)} instead of ${gata(signedWei)} for ${jobId}.`,
    );
  }
  for (const { problems } of epochs) sentences.push(...problems);
  for (const { epoch, givenWei, dueWei } of roots) {
    sentences.push(
      `The root of epoch ${epoch} gives your address ${gata(givenWei)}; by the statements it is ${gata(dueWei)}.`,
    );
  }
  if (!trusted.includes(key)) {
    sentences.push(
      `The gateway signs receipts with another key than before (${key} instead of ${trusted.at(-1)}); "gata wallet receipts --trust-key" accepts it.`,
    );
  }
  const foreign = receipts.filter(({ signer }) => signer !== key && !trusted.includes(signer)).length;
  if (foreign > 0)
    sentences.push(`The credits of ${jobs(foreign)} are signed by a key that is not the gateway's.`);
  if (sentences.length === 0) return null;
  return sentences.slice(0, SENTENCES).join(' ');
}

function jobs(count: number): string {
  return count === 1 ? '1 job' : `${count} jobs`;
}
