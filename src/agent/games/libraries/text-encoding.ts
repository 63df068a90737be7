/** JSON as programs of Windows write it: UTF-8 or UTF-16, with or without a byte order mark. @throws SyntaxError */
export function parseJson(bytes: Buffer): unknown {
  return JSON.parse(decodeText(bytes));
}

/** Text by its byte order mark; UTF-8 without one. What is not UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
