import { describe, expect, test } from 'vitest';
import { NVML_EVENT } from '../src/index.ts';
import { fakeDriverMissing } from './fake-driver/fake-driver-compiler.ts';
import { openFake, thrownBy } from './open-fake.ts';

const LONG_MS = 20_000;

describe.skipIf(fakeDriverMissing() !== undefined)('an event set', () => {
  test('tells which card had which event', async () => {
    using it = await openFake({ cards: [{}, {}] });
    using set = it.nvml.createEventSet();
    const [first, second] = it.nvml.devices();
    if (first === undefined || second === undefined) throw new Error('There must be two cards.');
    expect(first.supportedEventTypes() & NVML_EVENT.xidCriticalError).not.toBe(0);
    set.register(first, NVML_EVENT.xidCriticalError);
    set.register(second, NVML_EVENT.xidCriticalError | NVML_EVENT.performanceState);
    it.driver.raiseEvent(0, 4, 2);
    it.driver.raiseEvent(1, 8, 79);
    expect(await set.wait(LONG_MS)).toEqual({ uuid: second.uuid, type: 8, data: 79 });
    it.driver.raiseEvent(1, 4, 2);
    expect(await set.wait(LONG_MS)).toMatchObject({ uuid: second.uuid, type: 4 });
    expect(await set.wait(0)).toBeNull();
  });

  test('waits without blocking the event loop', async () => {
    using it = await openFake();
    using set = it.nvml.createEventSet();
    set.register(it.device, NVML_EVENT.xidCriticalError);
    const waiting = set.wait(LONG_MS);
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
      if (ticks === 10) it.driver.raiseEvent(0, 8, 31);
    }, 5);
    expect(await waiting).toMatchObject({ data: 31 });
    clearInterval(ticking);
    expect(ticks).toBeGreaterThanOrEqual(10);
    expect(it.device.sample().temperatureC).not.toBeNull();
  });

  test('goes on answering other calls while a wait hangs in the driver', async () => {
    using it = await openFake();
    using set = it.nvml.createEventSet();
    set.register(it.device, NVML_EVENT.xidCriticalError);
    it.driver.hang('nvmlEventSetWait', LONG_MS);
    const waiting = set.wait(0);
    expect(it.device.sample().temperatureC).not.toBeNull();
    it.driver.hang('nvmlEventSetWait', 0);
    expect(await waiting).toBeNull();
  });

  test('waits once at a time', async () => {
    using it = await openFake();
    using set = it.nvml.createEventSet();
    set.register(it.device, NVML_EVENT.xidCriticalError);
    const waiting = set.wait(LONG_MS);
    await expect(set.wait(0)).rejects.toMatchObject({ code: 'INVALID_STATE' });
    it.driver.raiseEvent(0, 8, 1);
    expect(await waiting).not.toBeNull();
    expect(await set.wait(0)).toBeNull();
  });

  test('fails when its card falls off the bus', async () => {
    using it = await openFake();
    using set = it.nvml.createEventSet();
    set.register(it.device, NVML_EVENT.xidCriticalError);
    it.driver.set(0, 'isLost', 1);
    // The fault itself may be told first.
    const results = [];
    for (let round = 0; round < 2; round += 1) {
      results.push(await set.wait(LONG_MS).catch((error: unknown) => error));
    }
    expect(results.at(-1)).toMatchObject({ code: 'GPU_IS_LOST' });
  });

  test('refuses events that the card does not have', async () => {
    using it = await openFake();
    using set = it.nvml.createEventSet();
    expect(thrownBy(() => set.register(it.device, NVML_EVENT.powerSourceChange))).toMatchObject({
      code: 'NOT_SUPPORTED',
    });
  });

  test('is freed once, and NVML shut down, only when the wait under way has ended', async () => {
    using it = await openFake();
    const set = it.nvml.createEventSet();
    set.register(it.device, NVML_EVENT.xidCriticalError);
    const waiting = set.wait(LONG_MS);
    set[Symbol.dispose]();
    set[Symbol.dispose]();
    it.nvml[Symbol.dispose]();
    expect(it.driver.calls('nvmlEventSetFree')).toBe(0);
    expect(it.driver.calls('nvmlShutdown')).toBe(0);
    it.driver.raiseEvent(0, 8, 62);
    expect(await waiting).toMatchObject({ data: 62 });
    expect(it.driver.calls('nvmlShutdown')).toBe(1);
    await expect(set.wait(0)).rejects.toMatchObject({ name: 'NvmlDisposedError' });
  });

  test('gives its place back', async () => {
    using it = await openFake();
    // More than the driver has at a time.
    for (let round = 0; round < 200; round += 1) it.nvml.createEventSet()[Symbol.dispose]();
    expect(it.driver.calls('nvmlEventSetFree')).toBe(200);
  });
});
