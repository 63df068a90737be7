import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { landlockRights, type PathUse, pathRule } from '../../../src/confine/linux/landlock-rights.ts';

/** linux/landlock.h */
const EXECUTE = 1n;
const WRITE_FILE = 2n;
const REMOVE_FILE = 1n << 5n;
const REFER = 1n << 13n;
const TRUNCATE = 1n << 14n;
const IOCTL_DEV = 1n << 15n;
/** What a rule on a file may hold: the kernel refuses others. */
const OF_FILES = 0b111n | TRUNCATE | IOCTL_DEV;

const words = (version: number) => [...new BigUint64Array(landlockRights(version).ruleset.slice().buffer)];
const uses = fc.constantFrom<PathUse>('execute', 'read', 'device', 'temporary');

describe('landlockRights', () => {
  it('takes in hand all that a version knows, and nothing that it does not', () => {
    expect(words(1)).toEqual([0x1fffn]);
    expect(words(2)).toEqual([0x3fffn]);
    expect(words(3)).toEqual([0x7fffn]);
    expect(words(4)).toEqual([0x7fffn, 3n]);
    expect(words(5)).toEqual([0xffffn, 3n]);
    expect(words(6)).toEqual([0xffffn, 3n, 3n]);
    expect(words(7)).toEqual(words(6));
    expect(words(100)).toEqual(words(6));
  });

  it('allows what the ruleset takes in hand only, and on files what can be done to files', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), uses, fc.boolean(), (version, use, isFolder) => {
        const [handled = 0n] = words(version);
        const allowed = landlockRights(version).allowed(use, isFolder);
        expect(allowed & ~handled).toBe(0n);
        if (use !== 'temporary' && !isFolder) expect(allowed & ~OF_FILES).toBe(0n);
      }),
    );
  });

  it('lets nothing be executed but programs, written but devices and the temporary folder, or removed at all', () => {
    const { allowed } = landlockRights(7);
    for (const isFolder of [true, false]) {
      for (const use of ['read', 'device', 'temporary'] as const) {
        expect(allowed(use, isFolder) & EXECUTE).toBe(0n);
      }
      for (const use of ['read', 'execute'] as const) {
        expect(allowed(use, isFolder) & (WRITE_FILE | TRUNCATE | IOCTL_DEV)).toBe(0n);
      }
      expect(allowed('temporary', isFolder) & (REMOVE_FILE | REFER | IOCTL_DEV)).toBe(0n);
    }
  });
});

describe('pathRule', () => {
  it('is packed: the rights and the descriptor without a gap', () => {
    expect([...pathRule(0x0102n, 7)]).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0]);
  });
});
