import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { mostUrgent, type TrayIcon, trayIcon, trayIconFile } from '../../src/main/tray-icon.ts';
import { pauseReasonCodeSchema } from '../../src/shared/pause-reason.ts';
import { pausedStatus, readyStatus, reason, workingStatus } from '../support/shell-status.ts';

const ICONS: TrayIcon[] = ['working', 'ready', 'paused', 'paused-by-game', 'offline', 'error'];
const folder = path.resolve(import.meta.dirname, '../../assets/icons/tray');
const offline = { ...readyStatus().network, state: 'offline' as const };

describe('the tray icon', () => {
  test.each([
    ['an agent that starts', { kind: 'starting' }, 'offline'],
    ['an agent that cannot be started', { kind: 'unreachable', message: 'No.' }, 'error'],
    ['a job', { kind: 'connected', status: workingStatus() }, 'working'],
    [
      'a job that runs on without the network',
      { kind: 'connected', status: workingStatus({ network: offline }) },
      'working',
    ],
    ['waiting for a job', { kind: 'connected', status: readyStatus() }, 'ready'],
    ['no network', { kind: 'connected', status: readyStatus({ network: offline }) }, 'offline'],
  ] as const)('for %s', (_what, view, icon) => {
    expect(trayIcon(view)).toBe(icon);
  });

  test.each([
    ['shutting-down', 'offline'],
    ['game-running', 'paused-by-game'],
    ['pause-lease', 'paused-by-game'],
    ['user-paused', 'paused'],
    ['no-sandbox', 'error'],
    ['worker-fault', 'error'],
    ['starting', 'offline'],
  ] as const)('for the pause %s is %s', (code, icon) => {
    expect(trayIcon({ kind: 'connected', status: pausedStatus([reason(code, 'Because.')]) })).toBe(icon);
  });

  test('is that of the most urgent reason, in whatever order they come', () => {
    const codes = pauseReasonCodeSchema.options;
    fc.assert(
      fc.property(fc.shuffledSubarray([...codes], { minLength: 1 }), (some) => {
        const first = codes.find((code) => some.includes(code));
        expect(mostUrgent(some.map((code) => reason(code, code)))?.code).toBe(first);
      }),
    );
  });
});

describe('the icon files', () => {
  const platforms = ['linux', 'win32', 'darwin'] as const;

  test.each(platforms)('are all there for %s', (platform) => {
    for (const icon of ICONS) {
      for (const isBarDark of [true, false]) {
        const file = path.join(folder, trayIconFile(icon, platform, isBarDark));
        expect(readFileSync(file).byteLength).toBeGreaterThan(100);
      }
    }
  });

  test('have the sizes that the panels show', async () => {
    for (const icon of ICONS) {
      const name = path.join(folder, trayIconFile(icon, 'linux', true));
      expect(await sharp(name).metadata()).toMatchObject({ width: 22, height: 22 });
      expect(await sharp(name.replace('.png', '@2x.png')).metadata()).toMatchObject({ width: 44 });
      const template = path.join(folder, trayIconFile(icon, 'darwin', true));
      expect(await sharp(template).metadata()).toMatchObject({ width: 16, height: 16 });
    }
  });

  test('for Windows hold whole PNG images of the sizes they announce', async () => {
    for (const icon of ICONS) {
      const images = readIco(readFileSync(path.join(folder, trayIconFile(icon, 'win32', false))));
      expect(images.map((image) => image.size)).toEqual([16, 20, 24, 32, 40, 48]);
      for (const { size, png } of images) {
        expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: size, height: size });
      }
    }
  });

  test('differ in shape, not only in colour, at 16 pixels', async () => {
    const shapes = await Promise.all(
      ICONS.map(async (icon) => {
        const file = path.join(folder, trayIconFile(icon, 'darwin', false));
        return sharp(file).extractChannel('alpha').raw().toBuffer();
      }),
    );
    for (const [one, shape] of shapes.entries()) {
      for (const [other, another] of shapes.entries()) {
        if (other <= one) continue;
        const different = shape.filter((alpha, index) => Math.abs(alpha - (another[index] ?? 0)) > 127);
        expect(different.length, `${ICONS[one]} and ${ICONS[other]}`).toBeGreaterThanOrEqual(12);
      }
    }
  });
});

function readIco(file: Buffer): { size: number; png: Buffer }[] {
  expect(file.readUInt16LE(2)).toBe(1);
  return Array.from({ length: file.readUInt16LE(4) }, (_, index) => {
    const entry = 6 + 16 * index;
    const offset = file.readUInt32LE(entry + 12);
    return { size: file.readUInt8(entry), png: file.subarray(offset, offset + file.readUInt32LE(entry + 8)) };
  });
}
