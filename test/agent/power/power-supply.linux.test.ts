import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPowerSource } from '../../../src/agent/power/open-power-source.ts';
import { PollingPowerSource } from '../../../src/agent/power/polling-power-source.ts';
import { powerSupplyReader } from '../../../src/agent/power/power-supply.linux.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const logger = pino({ level: 'silent' });

let root: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  root = temporaryFolder();
});
afterEach(() => root[Symbol.dispose]());

/** Makes or changes a supply as the kernel shows it: a folder with a file for each property. */
function supply(name: string, properties: Record<string, string>): void {
  mkdirSync(join(root.path, name), { recursive: true });
  for (const [file, value] of Object.entries(properties))
    writeFileSync(join(root.path, name, file), `${value}\n`);
}

const BATTERY = { type: 'Battery', scope: 'System', present: '1', status: 'Discharging' };
const read = () => powerSupplyReader(root.path)();

describe('where the power comes from', () => {
  it('is not told by a desktop, nor where there are no supplies at all', async () => {
    expect(await read()).toBeNull();
    supply('AC', { type: 'Mains', online: '1' });
    expect(await read()).toBeNull();
    expect(await powerSupplyReader(join(root.path, 'missing'))()).toBeNull();
  });

  it('is the line of a laptop when it is plugged in, and else the battery', async () => {
    supply('AC', { type: 'Mains', online: '1' });
    supply('BAT0', { ...BATTERY, status: 'Charging' });
    expect(await read()).toBe(false);
    supply('AC', { online: '0' });
    expect(await read()).toBe(true);
  });

  it('is a charger on USB as well', async () => {
    supply('BAT0', BATTERY);
    supply('ADP1', { type: 'Mains', online: '0' });
    supply('ucsi-source-psy-USBC000:001', { type: 'USB', online: '1' });
    expect(await read()).toBe(false);
    supply('ucsi-source-psy-USBC000:001', { online: '0' });
    expect(await read()).toBe(true);
  });

  it('is what the battery does where no line is told', async () => {
    for (const [status, onBattery] of [
      ['Discharging', true],
      ['Charging', false],
      ['Full', false],
      ['Not charging', false],
      ['Unknown', null],
    ] as const) {
      supply('BAT0', { ...BATTERY, status });
      expect(await read()).toBe(onBattery);
    }
    supply('BAT1', { ...BATTERY, status: 'Discharging' });
    expect(await read()).toBe(true);
  });

  it.each([
    ["a mouse's battery", { ...BATTERY, scope: 'Device' }],
    ['a UPS', { type: 'UPS', present: '1', status: 'Discharging' }],
    ['a UPS on USB', { ...BATTERY, type: 'UPS', scope: 'System' }],
    ['an empty bay', { ...BATTERY, present: '0' }],
  ])('is not told by %s', async (_what, properties) => {
    supply('hid-0018:1234', properties);
    expect(await read()).toBeNull();
    supply('AC', { type: 'Mains', online: '0' });
    expect(await read()).toBeNull();
  });

  it('takes a battery without a scope or a presence for the own one', async () => {
    supply('CMB0', { type: 'Battery', status: 'Discharging' });
    expect(await read()).toBe(true);
  });

  it('survives a supply that is taken away while it is read', async () => {
    supply('BAT0', BATTERY);
    mkdirSync(join(root.path, 'BAT1'));
    expect(await read()).toBe(true);
  });
});

describe('the power source', () => {
  it('knows at once, tells changes once, and is silent when closed', async () => {
    supply('AC', { type: 'Mains', online: '0' });
    supply('BAT0', BATTERY);
    const source = await PollingPowerSource.open({ read, logger, everyMs: 5 });
    const changes: (boolean | null)[] = [];
    source.on('change', () => changes.push(source.onBattery()));
    expect(source.onBattery()).toBe(true);
    supply('AC', { online: '1' });
    await vi.waitFor(() => expect(changes).toEqual([false]), { timeout: 15_000 });
    rmSync(join(root.path, 'BAT0'), { recursive: true });
    await vi.waitFor(() => expect(changes).toEqual([false, null]), { timeout: 15_000 });
    source[Symbol.dispose]();
    supply('BAT0', BATTERY);
    supply('AC', { online: '0' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(changes).toEqual([false, null]);
  });

  it('does not know when it cannot look, and goes on looking', async () => {
    let answer: () => Promise<boolean | null> = async () => true;
    let looks = 0;
    using source = await PollingPowerSource.open({
      read: () => {
        looks += 1;
        return answer();
      },
      logger,
      everyMs: 5,
    });
    answer = async () => {
      throw new Error('The firmware does not answer.');
    };
    await vi.waitFor(() => expect(source.onBattery()).toBeNull(), { timeout: 15_000 });
    // A look that hangs is not joined by others.
    const hanging = Promise.withResolvers<boolean>();
    answer = () => hanging.promise;
    const before = looks;
    await vi.waitFor(() => expect(looks).toBe(before + 1), { timeout: 15_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(looks).toBe(before + 1);
    hanging.resolve(false);
    await vi.waitFor(() => expect(source.onBattery()).toBe(false), { timeout: 15_000 });
  });

  it('opens on this machine', async () => {
    using source = await openPowerSource(logger);
    expect([true, false, null]).toContain(source.onBattery());
  });
});
