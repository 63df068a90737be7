import { randomBytes, randomInt } from 'node:crypto';
import { getBytes, HDNodeWallet, Mnemonic } from 'ethers';
import { GataError } from '../shared/gata-error.ts';
import { CONFIRMED_WORDS } from '../shared/signer-protocol.ts';

/** BIP-44: the first account of Ethereum, which other wallets show first too. */
const PATH = "m/44'/60'/0'/0/0";
const ENTROPY_BYTES = { 12: 16, 24: 32 } as const;

/** New words (BIP-39, English), separated by spaces. */
export function makeWords(count: 12 | 24): string {
  return Mnemonic.fromEntropy(randomBytes(ENTROPY_BYTES[count])).phrase;
}

/**
 * The key that the words stand for.
 * @throws GataError `invalid-words` when they are not whole: one is missing, misspelt or in another's place.
 */
export function keyOfWords(words: string): Uint8Array {
  const phrase = words.normalize('NFKD').trim().toLowerCase().split(/\s+/).join(' ');
  if (!Mnemonic.isValidMnemonic(phrase)) {
    throw new GataError(
      'invalid-words',
      'These words do not belong together. Check their spelling, their order, and that none is missing.',
    );
  }
  return getBytes(HDNodeWallet.fromPhrase(phrase, '', PATH).privateKey);
}

/** Different positions of a phrase of `count` words, from 1, in order. */
export function choosePositions(count: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < CONFIRMED_WORDS) chosen.add(randomInt(1, count + 1));
  return [...chosen].sort((a, b) => a - b);
}
