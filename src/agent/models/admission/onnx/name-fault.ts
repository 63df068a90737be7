const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}]/u;

/** What is wrong with a name's bytes, as the end of a sentence; undefined when nothing is. */
export function nameFault(bytes: Uint8Array): string | undefined {
  let isPlain = true;
  for (const byte of bytes) {
    if (byte >= 0x20 && byte < 0x7f) continue;
    isPlain = false;
    break;
  }
  if (isPlain) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return 'is not UTF-8';
  }
  return UNSEEN.test(text) ? 'holds control or invisible characters' : undefined;
}
