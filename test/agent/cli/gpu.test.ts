import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeEndpointFile } from '../../../src/agent/api/endpoint-file.ts';
import { GataError } from '../../../src/shared/gata-error.ts';
import { GPU_PRESETS } from '../../../src/shared/gpu-preferences.ts';
import { gpusPageSchema } from '../../../src/shared/local-api.ts';
import { runFromSource } from '../../support/agent-from-source.ts';
import { startTestApi, type TestApi } from '../../support/api-server.ts';
import {
  CARD_UUID,
  gpuDevice,
  gpuSample,
  gpusPage,
  gpuView,
  OTHER_UUID,
} from '../../support/dashboard-gpu-fixtures.ts';

let api: TestApi;
let endpoint: Disposable;
beforeAll(async () => {
  api = await startTestApi();
  endpoint = writeEndpointFile(api.dataFolder, {
    port: api.server.port,
    pid: process.pid,
    version: '0.0.0-test',
    tokens: api.tokens,
  });
  const other = gpuDevice({ uuid: OTHER_UUID, index: 1, name: 'NVIDIA GeForce RTX 3060' });
  api.gpus.show(gpusPage({ gpus: [gpuView(), gpuView({ device: other, sample: null })] }));
});
afterAll(async () => {
  endpoint[Symbol.dispose]();
  await api[Symbol.asyncDispose]();
});

const gata = (...args: string[]) => runFromSource('cli', ['gpu', ...args, '--data-dir', api.dataFolder]);

describe('gata gpu', () => {
  it('lists the cards, and prints the page as JSON', async () => {
    const listed = await gata();
    expect(listed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(listed.stdout).toContain('0  NVIDIA GeForce RTX 4070 Ti SUPER  — may compute');
    expect(listed.stdout).toContain('1  NVIDIA GeForce RTX 3060');
    expect(gpusPageSchema.parse(JSON.parse((await gata('--json')).stdout))).toEqual(api.gpus.page());
  });

  it('sets one card by its number, and by a part of its name from what it had', async () => {
    const set = await gata('set', '1', 'preset=quiet', 'target=70', 'headroom=2GB');
    expect(set).toMatchObject({ exitCode: 0, stderr: '' });
    expect(set.stdout).toBe(
      `${OTHER_UUID}: enabled=true preset=custom target=70 power=60 fan=45 safety=87 headroom=2GB\n`,
    );
    await gata('set', '3060', 'safety=80', 'fan=none');
    expect(api.settings.current.gpu.cards).toEqual({
      [OTHER_UUID]: {
        enabled: true,
        preset: 'custom',
        custom: { ...GPU_PRESETS.quiet, targetTemperatureC: 70, fanCeilingPercent: null },
        safetyTemperatureC: 80,
        memoryHeadroomBytes: 2_000_000_000,
      },
    });
  });

  it('sets all cards, those with settings of their own too', async () => {
    await gata('set', OTHER_UUID, 'preset=max');
    const set = await gata('set', 'all', 'enabled=false', '--json');
    expect(JSON.parse(set.stdout)).toEqual(api.settings.current.gpu);
    expect(api.settings.current.gpu).toMatchObject({
      defaults: { enabled: false, preset: 'balanced' },
      cards: { [OTHER_UUID]: { enabled: false, preset: 'max' } },
    });
  });

  it.each([
    [['set', '0', 'target=20'], 'degrees from 40 to 95'],
    [['set', '7', 'preset=quiet'], `0 NVIDIA GeForce RTX 4070 Ti SUPER (${CARD_UUID})`],
    [['set', 'geforce', 'preset=quiet'], 'fits several cards'],
  ])('refuses %s with what would do', async (args, message) => {
    const refused = await gata(...args);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain(message);
  });

  it('installs, removes and describes the helper, and passes on a refusal', async () => {
    api.gpus.calls.length = 0;
    expect((await gata('helper')).stdout).toContain('installed — The helper runs as a system service.');
    expect((await gata('helper', 'install')).exitCode).toBe(0);
    expect(JSON.parse((await gata('helper', 'remove', '--json')).stdout)).toMatchObject({
      state: 'installed',
    });
    expect(api.gpus.calls).toEqual(['install', 'remove']);
    api.gpus.refusal = new GataError('gpu-helper-failed', 'You closed the dialog.');
    const refused = await gata('helper', 'install');
    api.gpus.refusal = null;
    expect(refused).toMatchObject({ exitCode: 1, stderr: 'error: You closed the dialog.\n' });
  });

  it('watches until it is stopped', async () => {
    const cli = join(import.meta.dirname, '../../../src/agent/cli.ts');
    const child = spawn(process.execPath, [cli, 'gpu', '--watch', '--json', '--data-dir', api.dataFolder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const temperatures: (number | null | undefined)[] = [];
    let shown = 60;
    // Until the watcher is connected, readings go by unseen; as they do on a real machine.
    const reading = setInterval(() => {
      shown += 1;
      api.gpus.show(gpusPage({ gpus: [gpuView({ sample: gpuSample({ temperatureC: shown }) })] }));
    }, 100);
    try {
      for await (const line of createInterface({ input: child.stdout })) {
        temperatures.push(gpusPageSchema.parse(JSON.parse(line)).gpus[0]?.sample?.temperatureC);
        if (temperatures.length === 4) child.kill('SIGINT');
      }
    } finally {
      clearInterval(reading);
      child.kill();
    }
    expect(await exited).toEqual([0, null]);
    expect(new Set(temperatures).size).toBeGreaterThanOrEqual(4);
  });
});

describe('gata settings', () => {
  const settings = (...args: string[]) =>
    runFromSource('cli', ['settings', ...args, '--data-dir', api.dataFolder]);

  it('reaches into nested settings', async () => {
    const set = await settings('set', 'gpu.defaults.custom.targetTemperatureC', '66');
    expect(set).toMatchObject({ exitCode: 0, stdout: 'gpu.defaults.custom.targetTemperatureC = 66\n' });
    expect((await settings('get', 'gpu.defaults.custom.targetTemperatureC')).stdout).toBe('66\n');
    expect(api.settings.current.gpu.defaults.custom.powerPercent).toBe(80);
    const refused = await settings('set', 'gpu.defaults.custom.targetTemperatureC', '20');
    expect(refused.exitCode).toBe(1);
    expect((await settings('set', 'gpu.defaults.colour', 'red')).stderr).toContain('There is no setting');
  });
});
