/** The part of a file that a `Range` header asks for: RFC 9110, section 14, one range. */
export type ByteRange =
  | { readonly type: 'whole' }
  | { readonly type: 'part'; readonly start: number; readonly end: number }
  | { readonly type: 'unsatisfiable' };

/** @param totalBytes size of the file; `end` is inclusive. A header we do not understand means the whole. */
export function parseByteRange(header: string | undefined, totalBytes: number): ByteRange {
  const match = header === undefined ? null : /^bytes=(\d*)-(\d*)$/.exec(header.trim());
  if (match === null) return { type: 'whole' };
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return { type: 'whole' };
  if (first === '') {
    const suffix = Math.min(Number(last), totalBytes);
    return suffix === 0
      ? { type: 'unsatisfiable' }
      : { type: 'part', start: totalBytes - suffix, end: totalBytes - 1 };
  }
  const start = Number(first);
  const end = last === '' ? totalBytes - 1 : Math.min(Number(last), totalBytes - 1);
  if (last !== '' && Number(last) < start) return { type: 'whole' };
  return start >= totalBytes ? { type: 'unsatisfiable' } : { type: 'part', start, end };
}
