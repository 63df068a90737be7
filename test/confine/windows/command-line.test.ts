import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandLine } from '../../../src/confine/windows/command-line.ts';

test('arguments are quoted where they must be', () => {
  expect(commandLine(['C:\\a b\\node.exe', 'plain', '', 'c:\\x\\', 'say "hi"', 'end \\'])).toBe(
    '"C:\\a b\\node.exe" plain "" c:\\x\\ "say \\"hi\\"" "end \\\\"',
  );
});

test('a program splits the line into the same arguments again', () => {
  const argument = fc.string({ unit: fc.constantFrom('a', ' ', '\\', '"', '\t', 'é', '%', '^') });
  fc.assert(
    fc.property(fc.array(argument, { minLength: 1 }), (args) => {
      // The first is a program's name, for which other rules hold; a file name has no quotation mark.
      expect(split(commandLine(args))).toEqual(args);
    }),
  );
});

/** The rules of the Microsoft C runtime, as documented under "Parsing C command-line arguments". */
function split(line: string): string[] {
  const args: string[] = [];
  let current: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; ) {
    const slashes = /^\\*/.exec(line.slice(at))?.[0].length ?? 0;
    const next = line[at + slashes];
    if (slashes > 0) {
      current = (current ?? '') + '\\'.repeat(next === '"' ? Math.floor(slashes / 2) : slashes);
      at += slashes;
      if (next === '"' && slashes % 2 === 1) {
        current += '"';
        at += 1;
      }
    } else if (next === '"') {
      isQuoted = !isQuoted;
      current ??= '';
      at += 1;
    } else if (!isQuoted && (next === ' ' || next === '\t')) {
      if (current !== undefined) args.push(current);
      current = undefined;
      at += 1;
    } else {
      current = (current ?? '') + next;
      at += 1;
    }
  }
  return current === undefined ? args : [...args, current];
}
