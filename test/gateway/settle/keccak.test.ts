import { keccak_256 } from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Keccak } from '../../../src/gateway/settle/keccak.ts';

describe('Keccak-256 in WebAssembly', () => {
  it('is what an independent one gives, for every message of one block', () => {
    const keccak = new Keccak();
    const digest = new Uint8Array(40);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 135 }), (message) => {
        keccak.hash(message, digest, 8);
        expect(digest.subarray(8)).toEqual(keccak_256(message));
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what does not fit', () => {
    expect(() => new Keccak().hash(new Uint8Array(136), new Uint8Array(32), 0)).toThrow('one block');
  });
});
