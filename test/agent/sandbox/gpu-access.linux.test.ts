import { existsSync } from 'node:fs';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createWorkerStarter } from '../../../src/agent/jobs/start-worker.ts';
import { Bubblewrap } from '../../../src/agent/sandbox/bubblewrap.linux.ts';
import { devicesFor, findGpuAccess } from '../../../src/agent/sandbox/gpu-access.linux.ts';
import { builtWorker } from '../../support/built-program.ts';
import { demoModel, heldOutDigits } from '../../support/demo-models.ts';

/** Chromium's Vulkan driver, which computes on the processor: a GPU's whole path without a GPU. */
const FOLDER = '/usr/lib/chromium';
const DRIVER = ['libvulkan.so.1', 'libvk_swiftshader.so'].map((name) => `${FOLDER}/${name}`);
const DESCRIPTION = `${FOLDER}/vk_swiftshader_icd.json`;
const hasDriver = [...DRIVER, DESCRIPTION].every((file) => existsSync(file));

/** As on a machine whose user named the driver. */
const NAMED = { LD_LIBRARY_PATH: FOLDER, VK_DRIVER_FILES: `${DESCRIPTION}:/missing.json` };

describe('findGpuAccess', () => {
  it('lists only what is there, and nothing without a device', async () => {
    const { devices, readOnlyPaths, env } = await findGpuAccess({});
    for (const file of [...devices, ...readOnlyPaths]) expect(existsSync(file)).toBe(true);
    expect(devices.length > 0).toBe(Object.keys(env).length > 0);
  });

  it.runIf(hasDriver)('lets in the Vulkan driver that the user named, with all that it loads', async () => {
    const { readOnlyPaths, env } = await findGpuAccess(NAMED);
    expect(readOnlyPaths).toEqual(expect.arrayContaining([...DRIVER, DESCRIPTION]));
    expect(env.VK_DRIVER_FILES).toBe(DESCRIPTION);
  });
});

describe('devicesFor', () => {
  const shared = ['/dev/nvidiactl', '/dev/nvidia-uvm'];
  const renderNodes = [
    { device: '/dev/dri/renderD128', minorNumber: null },
    { device: '/dev/dri/renderD129', minorNumber: 0 },
    { device: '/dev/dri/renderD130', minorNumber: 1 },
    { device: '/dev/dri/renderD131', minorNumber: undefined },
  ];
  const devices = ['/dev/nvidia0', '/dev/nvidia1', ...shared, ...renderNodes.map(({ device }) => device)];
  const access = { devices, renderNodes, readOnlyPaths: [], env: {} };

  it('gives a worker the nodes of its own card, and those that cards share', () => {
    expect(devicesFor(access, 1)).toEqual([
      ...['/dev/nvidia1', ...shared],
      ...['/dev/dri/renderD130', '/dev/dri/renderD131'],
    ]);
  });

  it('gives all where no card was chosen', () => {
    expect(devicesFor(access, null)).toEqual(devices);
  });
});

describe('GPU access in the sandbox', () => {
  it.runIf(hasDriver)('runs a model on WebGPU through the driver that was let in', async () => {
    const sandbox = await Bubblewrap.create(
      '/usr/bin/bwrap',
      await builtWorker(),
      await findGpuAccess(NAMED),
    );
    const start = createWorkerStarter({
      sandbox,
      providers: ['webgpu', 'cpu'],
      logger: pino({ level: 'silent' }),
    });
    await using worker = await start(demoModel('digits'), {
      threads: 1,
      allowUnsandboxed: false,
      gpu: null,
      signal: new AbortController().signal,
    });
    expect(worker.provider).toBe('webgpu');
    const digits = heldOutDigits().slice(0, 20);
    let correct = 0;
    for (const { label, png: image } of digits) {
      const { output } = await worker.run({ input: { kind: 'image.classify', image, topK: 1 } });
      if (output.kind === 'image.classify' && output.labels[0]?.label === label) correct++;
    }
    expect(correct).toBeGreaterThanOrEqual(19);
  });
});
