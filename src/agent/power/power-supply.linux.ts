import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadPower } from './power-source.ts';

const POWER_SUPPLY_FOLDER = '/sys/class/power_supply';

/** One entry of the folder; the kernel's Documentation/ABI/testing/sysfs-class-power has the files. */
interface Supply {
  readonly folder: string;
  readonly type: string | null;
}

/**
 * Reads the kernel's power supplies. A battery of a mouse or headset (`scope` Device) and a UPS (`type` UPS) are
 * not the machine's own.
 */
export function powerSupplyReader(folder = POWER_SUPPLY_FOLDER): ReadPower {
  return async () => {
    const supplies = await suppliesIn(folder);
    const batteries: Supply[] = [];
    for (const supply of supplies) if (await isOwnBattery(supply)) batteries.push(supply);
    if (batteries.length === 0) return null;
    // First the lines: some firmware takes long to tell of its battery.
    const lines = await Promise.all(supplies.filter(isLine).map((supply) => read(supply, 'online')));
    // 2 is a line that may be set to a voltage.
    if (lines.some((online) => online === '1' || online === '2')) return false;
    if (lines.some((online) => online === '0')) return true;
    const statuses = await Promise.all(batteries.map((battery) => read(battery, 'status')));
    if (statuses.includes('Discharging')) return true;
    return statuses.some((status) => status !== null && status !== 'Unknown') ? false : null;
  };
}

async function suppliesIn(folder: string): Promise<Supply[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
  const supplies = names.map((name) => ({ folder: join(folder, name), type: null }));
  return Promise.all(supplies.map(async (supply) => ({ ...supply, type: await read(supply, 'type') })));
}

async function isOwnBattery(supply: Supply): Promise<boolean> {
  if (supply.type !== 'Battery') return false;
  const [scope, present] = await Promise.all([read(supply, 'scope'), read(supply, 'present')]);
  return scope !== 'Device' && present !== '0';
}

/** A charger on USB is a supply of its own, or shows beside the `Mains` that the firmware tells of. */
function isLine({ type }: Supply): boolean {
  return type === 'Mains' || type === 'USB' || type === 'Wireless';
}

/** null when the supply has no such file, is gone by now, or does not answer. */
async function read({ folder }: Supply, file: string): Promise<string | null> {
  try {
    return (await readFile(join(folder, file), 'utf8')).trim();
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** The kernel's ways to say that a supply was taken away (ENODEV) or has no value now (ENODATA, EAGAIN …). */
function isGone(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return ['ENOENT', 'ENOTDIR', 'ENODEV', 'ENODATA', 'EAGAIN', 'EINVAL', 'EIO', 'ENXIO'].includes(
    String(error.code),
  );
}
