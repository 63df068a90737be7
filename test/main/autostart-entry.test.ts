import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { autostartEntry } from '../../src/main/autostart-entry.ts';

describe('the autostart entry', () => {
  test('starts the app as it was started, hidden', () => {
    const entry = autostartEntry({ executable: '/opt/Gata Desktop/gata-desktop', args: ['--hidden'] });
    expect(entry).toBe(
      [
        '[Desktop Entry]',
        'Type=Application',
        'Name=Gata',
        'Comment=Earn with your idle graphics card',
        'Exec="/opt/Gata Desktop/gata-desktop" "--hidden"',
        'Terminal=false',
        'X-GNOME-Autostart-enabled=true',
        '',
      ].join('\n'),
    );
  });

  test('keeps every argument as it is, whatever characters it has', () => {
    const argument = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '$', '`', '%', '\n', 'ü') });
    fc.assert(
      fc.property(argument, fc.array(argument), (executable, args) => {
        const line = autostartEntry({ executable, args })
          .split('\n')
          .find((candidate) => candidate.startsWith('Exec='));
        expect(parseExec(line?.slice('Exec='.length) ?? '')).toEqual([executable, ...args]);
      }),
    );
  });
});

/** Reads `Exec` as a desktop does: the escapes of the string value, the quotes, then the field codes. */
function parseExec(value: string): string[] {
  const unescaped = value.replaceAll(/\\(.)/g, (_, character: string) =>
    character === 'n' ? '\n' : character,
  );
  return [...unescaped.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, quoted = '']) =>
    quoted.replaceAll(/\\(.)/gs, '$1').replaceAll('%%', '%'),
  );
}
