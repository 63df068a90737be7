import { setTimeout as delay } from 'node:timers/promises';
import { BareNvml } from './bare-nvml.ts';

/**
 * Another program on a fake driver: `LIBRARY limit MILLIWATTS [UID]` sets a limit and prints NVML's answer,
 * `LIBRARY power` prints a reading, `LIBRARY hammer SEED` reads and sets for ever.
 */
const [libraryPath = '', command, value = '0', user] = process.argv.slice(2);
const nvml = new BareNvml(libraryPath);
nvml.call('nvmlInit_v2');
const device = nvml.device(0);

function setLimit(milliwatts: number): number {
  return nvml.call('nvmlDeviceSetPowerManagementLimit', device, milliwatts);
}

/** Every kind of change there is, so that a kill can fall into each. */
function hammerOnce(round: number): void {
  setLimit(100_000 + 1000 * (round % 100));
  const threshold = Buffer.alloc(4);
  threshold.writeInt32LE(65 + (round % 20));
  nvml.call('nvmlDeviceSetTemperatureThreshold', device, 5, threshold);
  nvml.read('nvmlDeviceGetTemperature', device, 0);
  nvml.read('nvmlDeviceGetTotalEnergyConsumption', device);
  nvml.call('fakeNvmlRaise', 0, 4, 0);
  nvml.call('fakeNvmlFail', 'nvmlDeviceGetBrand', round % 2, 0, 3);
}

if (command === 'limit') {
  if (user !== undefined) process.setuid?.(Number(user));
  console.log(setLimit(Number(value)));
} else if (command === 'power') {
  console.log(nvml.read('nvmlDeviceGetPowerUsage', device));
} else {
  process.stdout.write('ready\n');
  for (let round = Number(value); ; round++) {
    hammerOnce(round);
    // So that the parent's kill is not the only thing that this process ever yields to.
    if (round % 1000 === 0) await delay(0);
  }
}
