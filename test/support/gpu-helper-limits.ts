import { FakeDriver } from '../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { FakeDriverCompilerMissingError } from '../../packages/node-nvml/test/fake-driver/fake-driver-compiler.ts';
import type { HelperClient } from './gpu-helper-client.ts';

export const BOTH_LIMITS = { powerLimitMilliwatts: 150_000, acousticThresholdC: 70 };
/** Of the fake card. */
export const DEFAULT_MILLIWATTS = 200_000;

/** Why a helper cannot be tested here; undefined when it can. */
export async function helperTestsMissing(): Promise<string | undefined> {
  return process.platform === 'linux' ? await fakeDriverMissing('linux') : 'this is not Linux';
}

/** Why there can be no fake `nvml.dll` here; undefined when there can. */
export async function fakeDllMissing(): Promise<string | undefined> {
  return await fakeDriverMissing('win32');
}

async function fakeDriverMissing(platform: 'linux' | 'win32'): Promise<string | undefined> {
  try {
    using _driver = await FakeDriver.create({ platform });
    return undefined;
  } catch (error) {
    if (error instanceof FakeDriverCompilerMissingError) return error.message;
    throw error;
  }
}

/** The first card that the helper tells of; empty when it tells of none. */
export async function firstCard(client: HelperClient): Promise<string> {
  const answer = await client.ask({ verb: 'describe' });
  return answer.answer === 'description' ? (answer.devices[0]?.uuid ?? '') : '';
}

export function limitsOf(driver: FakeDriver): number[] {
  return [driver.get(0, 'powerLimitMilliwatts'), driver.get(0, 'acousticThresholdC')];
}
