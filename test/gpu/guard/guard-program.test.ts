import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeDriver } from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { GuardProcess } from './guard-process.ts';

let folder: string;
let stack: DisposableStack;

beforeEach(() => {
  stack = new DisposableStack();
  folder = stack.use(temporaryFolder()).path;
});
afterEach(() => stack.dispose());

const driver = async (options?: Parameters<typeof FakeDriver.create>[0]) =>
  stack.use(await FakeDriver.create(options));
const journalPath = () => join(folder, 'gpu-limits.json');
const guard = (fake: { libraryPath: string }, environment: Record<string, string> = {}) =>
  stack.use(new GuardProcess({ journalPath: journalPath(), libraryPath: fake.libraryPath, environment }));

describe('GPU guard', () => {
  it('says ready, tells the cards, reads them, and holds and releases limits', async () => {
    const fake = await driver();
    const it = guard(fake);
    const { restored } = await it.message('ready');
    expect(restored).toEqual([]);
    const { devices, authority } = await it.message('devices');
    expect(authority).toBe('direct');
    console.log(devices);
    const { samples } = await it.message('samples');
    console.log(samples);
    const [device] = devices;
    const held = await it.hold(device?.uuid ?? '', 150_000, 70);
    console.log(held);
    it.end();
    expect(await it.exit).toBe(0);
    expect(existsSync(journalPath())).toBe(false);
    await vi.waitFor(() => expect(fake.get(0, 'powerLimitMilliwatts')).toBe(200_000));
  });
});
