import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodePowerStatus } from '../../../src/agent/power/power-status.win32.ts';
import { powerSupplyReader } from '../../../src/agent/power/power-supply.linux.ts';
import { runUnderWine, wineMissing } from '../../support/wine.ts';

describe('the power status of Windows', () => {
  it.each<[string, number, number, boolean | null]>([
    ['a desktop', 1, 0x80, null],
    ['a laptop that is plugged in and charges', 1, 0x08 | 0x01, false],
    ['a laptop on its battery, half full', 0, 0x00, true],
    ['a laptop on its battery, nearly empty', 0, 0x04, true],
    ['a line of which nothing is known', 0xff, 0x01, null],
    ['a battery of which nothing is known', 0, 0xff, null],
  ])('of %s is told', (_what, line, battery, onBattery) => {
    expect(decodePowerStatus(Uint8Array.of(line, battery, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0))).toBe(onBattery);
  });

  const missing = wineMissing();
  it.skipIf(missing !== undefined)(
    `is read from Windows${missing ? ` (not here: ${missing})` : ''}`,
    { timeout: 240_000 },
    async () => {
      const script = join(import.meta.dirname, '../../support/windows/read-power.ts');
      const { exitCode, stdout, stderr } = await runUnderWine(script);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: '' });
      const { onBattery } = z.object({ onBattery: z.boolean().nullable() }).parse(JSON.parse(stdout));
      // Wine tells what this machine's kernel does.
      expect(onBattery).toBe(await powerSupplyReader()());
    },
  );
});
