import { LONGEST_DESCRIPTION_BYTES } from '../../shared/governance.ts';

const LONGEST_TITLE = 120;

/**
 * A stranger's text as it may be shown: no control characters but line breaks, nothing that turns the direction of
 * writing, and no more of it than the governor keeps.
 * @param bytes UTF-8, or what pretends to be.
 */
export function plainText(bytes: Uint8Array): string {
  return new TextDecoder()
    .decode(bytes.subarray(0, LONGEST_DESCRIPTION_BYTES))
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]|\p{Cf}|\p{Co}|\p{Cs}/gu, '')
    .trim();
}

/** The first line that says something, without the marks of Markdown around it. */
export function titleOf(description: string): string {
  const lines = description
    .split('\n')
    .map((line) => line.replace(/^[\s#>*_`~=-]+/, '').replace(/[\s#*_`~]+$/, ''));
  const title = lines.find((line) => line !== '') ?? '';
  return title.length <= LONGEST_TITLE ? title : `${title.slice(0, LONGEST_TITLE - 1).trimEnd()}…`;
}
