import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtWorker } from '../support/built-program.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** In `attacker.ts`; put together here, so that this file does not hold it. */
const MARK = ['gata', 'test', 'attacker'].join('-');

describe('a release', () => {
  it('holds nothing of the attacker', async () => {
    await builtWorker();
    const out = path.join(root, 'out');
    const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(c?js|node)$/.test(file),
    );
    expect(files).toContain(path.join('workers', 'host.js'));
    expect(files.filter((file) => readFileSync(path.join(out, file), 'latin1').includes(MARK))).toEqual([]);
    expect(files.filter((file) => /attack/.test(file))).toEqual([]);
  });

  it('is made of built programs and packages, not of tests', () => {
    const configuration = readFileSync(path.join(root, 'electron-builder.yml'), 'utf8');
    const packed = /^files:\n((?:(?: {2}.*)?\n)*)/m.exec(configuration)?.[1] ?? '';
    const patterns = [...packed.matchAll(/^ {2}- "?([^"\n]+)"?$/gm)].map(([, pattern = '']) => pattern);
    expect(patterns.length).toBeGreaterThan(5);
    for (const pattern of patterns)
      expect(pattern).toMatch(/^(!?node_modules\/|out\/|assets\/|package\.json$)/);
  });

  it('would be found out if it held the attacker', () => {
    const attacker = path.join(root, 'test/support/attacker/attacker.ts');
    expect(existsSync(attacker) && readFileSync(attacker, 'utf8').includes(MARK)).toBe(true);
  });
});
