import { describe, expect, it } from 'vitest';
import { parseByteRange } from '../../../src/gateway/nodes/byte-range.ts';

describe('a Range header', () => {
  it.each([
    ['bytes=0-', { type: 'part', start: 0, end: 99 }],
    ['bytes=10-19', { type: 'part', start: 10, end: 19 }],
    ['bytes=90-200', { type: 'part', start: 90, end: 99 }],
    ['bytes=-5', { type: 'part', start: 95, end: 99 }],
    ['bytes=-500', { type: 'part', start: 0, end: 99 }],
    ['bytes=100-', { type: 'unsatisfiable' }],
    ['bytes=-0', { type: 'unsatisfiable' }],
    ['bytes=20-10', { type: 'whole' }],
    ['bytes=0-1,5-6', { type: 'whole' }],
    ['items=0-1', { type: 'whole' }],
    ['bytes=-', { type: 'whole' }],
    [undefined, { type: 'whole' }],
  ])('%s of 100 bytes is %o', (header, range) => {
    expect(parseByteRange(header, 100)).toEqual(range);
  });
});
