import type { Logger } from 'pino';
import { PollingPowerSource } from './polling-power-source.ts';
import type { PowerSource, ReadPower } from './power-source.ts';

/** Watches where this machine's power comes from. Native code is loaded only on the platform at hand. */
export async function openPowerSource(logger: Logger): Promise<PowerSource> {
  return await PollingPowerSource.open({ read: await readerOfThisPlatform(), logger });
}

async function readerOfThisPlatform(): Promise<ReadPower> {
  if (process.platform === 'win32') {
    const { powerStatusReader } = await import('./power-status.win32.ts');
    return powerStatusReader();
  }
  if (process.platform === 'linux') {
    const { powerSupplyReader } = await import('./power-supply.linux.ts');
    return powerSupplyReader();
  }
  return async () => null;
}
