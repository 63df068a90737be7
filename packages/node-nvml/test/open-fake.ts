import { type Nvml, type NvmlDevice, openNvml } from '../src/index.ts';
import { FakeDriver, type FakeDriverOptions } from './fake-driver/fake-driver.ts';

export interface OpenFake extends Disposable {
  readonly driver: FakeDriver;
  readonly nvml: Nvml;
  /** The first card. */
  readonly device: NvmlDevice;
}

/** The binding on a fake driver whose clock stands still. */
export async function openFake(options: FakeDriverOptions = {}): Promise<OpenFake> {
  const driver = await FakeDriver.create({ clock: 'manual', ...options });
  const nvml = openNvml({ libraryPath: driver.libraryPath });
  return {
    driver,
    nvml,
    device: nvml.deviceByIndex(0),
    [Symbol.dispose]: () => {
      nvml[Symbol.dispose]();
      driver[Symbol.dispose]();
    },
  };
}

/** What a call throws. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('The call did not fail.');
}
