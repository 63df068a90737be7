import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from '../../../src/gpu/helper/line-reader.ts';

const LIMIT = 32;

test('yields the same lines however the bytes are cut', () => {
  const line = fc.constantFrom('', 'a', '{"verb":1}', 'ü€', '🎮 x', '\0\r');
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(40)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const reader = new LineReader(LIMIT);
      const at = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
      const events = at.flatMap((end, index) => reader.push(bytes.subarray(at[index - 1] ?? 0, end)));
      const whole = Buffer.from(lines.join('\n')).toString('utf8');
      expect(events.map((event) => (event === 'too-long' ? event : event.line)).join('\n')).toBe(whole);
    }),
  );
});

test('takes a line of exactly the limit, and no longer one', () => {
  const push = (text: string) => new LineReader(LIMIT).push(Buffer.from(text));
  expect(push(`${'x'.repeat(LIMIT - 1)}\n`)).toEqual([{ line: 'x'.repeat(LIMIT - 1) }]);
  expect(push(`${'x'.repeat(LIMIT)}\n`)).toEqual(['too-long']);
  expect(push('x'.repeat(LIMIT))).toEqual(['too-long']);
  expect(push('x'.repeat(LIMIT - 1))).toEqual([]);
});

test('hears nothing more after a line that is too long', () => {
  const reader = new LineReader(LIMIT);
  expect(reader.push(Buffer.from(`a\n${'x'.repeat(100)}\nb\n`))).toEqual([{ line: 'a' }, 'too-long']);
  expect(reader.push(Buffer.from('c\n'))).toEqual([]);
});
