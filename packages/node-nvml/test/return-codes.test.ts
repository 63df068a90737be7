import { describe, expect, test } from 'vitest';
import { NvmlError } from '../src/index.ts';
import { describeReturn, NVML_RETURN, type NvmlReturnName } from '../src/return-codes.ts';
import { fakeDriverMissing } from './fake-driver/fake-driver-compiler.ts';
import { openFake, thrownBy } from './open-fake.ts';

const errors = Object.entries(NVML_RETURN).filter(([name]) => name !== 'SUCCESS');

test('has every value of the public header', () => {
  const values = Object.values(NVML_RETURN);
  expect(values).toEqual([...Array.from({ length: 31 }, (_, value) => value), 999]);
});

test('describes each value by a name and what to do', () => {
  for (const [name, value] of errors) {
    const { code, advice } = describeReturn(value);
    expect(code).toBe(name);
    expect(advice).toMatch(/^[A-Z].+\.$/);
  }
});

test('names values newer than itself', () => {
  expect(describeReturn(777).code).toBe('UNRECOGNIZED');
});

describe.skipIf(fakeDriverMissing() !== undefined)('on a driver', () => {
  test('a call that fails throws the name, the value, the call and what to do', async () => {
    using it = await openFake();
    for (const [name, value] of errors) {
      it.driver.fail('nvmlDeviceGetPowerUsage', value, { times: 1 });
      const error = thrownBy(() => it.device.powerMilliwatts());
      expect(error).toBeInstanceOf(NvmlError);
      expect(error).toMatchObject({ code: name, value, call: 'nvmlDeviceGetPowerUsage' });
      if (error instanceof NvmlError) expect(error.message).toContain(describeReturn(value).advice);
    }
  });

  test('a monitor goes on after every failure of one call but those of the whole card or driver', async () => {
    const fatal: NvmlReturnName[] = [
      'UNINITIALIZED',
      'DRIVER_NOT_LOADED',
      'GPU_IS_LOST',
      'RESET_REQUIRED',
      'LIB_RM_VERSION_MISMATCH',
    ];
    const missing: NvmlReturnName[] = ['NOT_SUPPORTED', 'FUNCTION_NOT_FOUND', 'ARGUMENT_VERSION_MISMATCH'];
    using it = await openFake();
    for (const [name, value] of errors) {
      it.driver.fail('nvmlDeviceGetPowerUsage', value, { times: 1 });
      if (fatal.some((each) => each === name)) {
        expect(thrownBy(() => it.device.sample())).toMatchObject({ code: name });
        continue;
      }
      const sample = it.device.sample();
      expect(sample.powerMilliwatts).toBeNull();
      expect(sample.temperatureC).not.toBeNull();
      const isMissing = missing.some((each) => each === name);
      expect(sample.failures).toEqual(isMissing ? [] : [{ call: 'nvmlDeviceGetPowerUsage', code: name }]);
      if (isMissing) it.device.probe();
      expect(it.device.sample().powerMilliwatts).not.toBeNull();
    }
  });
});
