import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutToAddUp } from '../../../src/renderer/wallet/adding-up.ts';

const sum = (parts: readonly bigint[]) => parts.reduce((total, part) => total + part, 0n);

it('shows parts that add up to the sum that is shown', () => {
  expect(cutToAddUp([16n, 17n, 18n, 19n], 10n, 2)).toEqual([20n, 20n, 10n, 20n]);
});

it('adds up for all parts, promises none of what can be claimed, and moves no part by a step or more', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 0n, max: 10n ** 24n }), { minLength: 4, maxLength: 4 }),
      fc.integer({ min: 0, max: 15 }).map((digits) => 10n ** BigInt(digits)),
      (parts, step) => {
        const cut = cutToAddUp(parts, step, 2);
        const whole = sum(parts);
        expect(sum(cut)).toBe(whole - (whole % step));
        expect(cut[2]).toBe((parts[2] ?? 0n) - ((parts[2] ?? 0n) % step));
        for (const [index, part] of parts.entries()) {
          const moved = (cut[index] ?? 0n) - part;
          expect(moved < step && -moved < step).toBe(true);
          if (part === 0n) expect(cut[index]).toBe(0n);
        }
      },
    ),
  );
});
