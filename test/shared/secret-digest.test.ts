import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameSecret, secretDigest } from '../../src/shared/secret-digest.ts';

const SOURCES = resolve(import.meta.dirname, '../../src');
const PROGRAMS = ['agent', 'gateway', 'gpu', 'shared'];

function sources(): { file: string; text: string }[] {
  return PROGRAMS.flatMap((program) =>
    readdirSync(join(SOURCES, program), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      // Tokens are a model's there.
      .filter((file) => !/^(models|dispatch)\b/.test(file))
      .map((file) => ({
        file: join(program, file),
        text: readFileSync(join(SOURCES, program, file), 'utf8'),
      })),
  );
}

describe('the comparison of secrets', () => {
  it('tells the same from the different, whatever their lengths', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(isSameSecret(secretDigest(one), secretDigest(other))).toBe(one === other);
      }),
    );
    expect(isSameSecret(Buffer.from('a'), Buffer.from('ab'))).toBe(false);
  });

  it('is the only one: no program compares tokens, keys or passwords by itself', () => {
    // A name that holds a secret on one side of an equality, other than against nothing, a type or a number.
    const secret = String.raw`[\w.]*(?:[tT]oken|[sS]ecret|[pP]assword|[aA]piKey|[aA]uthorization)\b`;
    const equality = new RegExp(
      String.raw`\b${secret}\s*[!=]==?(?!=)\s*(?!\s|undefined|null|true|false|''|\d|typeof)|[!=]==?\s*${secret}(?![\w.(\[])`,
    );
    const offences = sources().flatMap(({ file, text }) =>
      text
        .split('\n')
        .filter((line) => equality.test(line) && !/^\s*(\*|\/\/)/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(offences).toEqual([]);
    const timingSafe = sources().filter(({ text }) => text.includes('timingSafeEqual'));
    expect(timingSafe.map(({ file }) => file)).toEqual([join('shared', 'secret-digest.ts')]);
  });
});
