import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledLibraryPath, type OrtEnvironment, OrtError, openOrtEnvironment } from '../src/index.ts';
import { identityModel } from './onnx-writer.ts';
import type { DeviceReport } from './use-webgpu.program.ts';

/** Debian's chromium brings a Vulkan loader and a driver that computes in software. */
const VULKAN_FOLDER = '/usr/lib/chromium';
const VULKAN_DRIVER = join(VULKAN_FOLDER, 'vk_swiftshader_icd.json');

let environment: OrtEnvironment;
beforeAll(() => {
  environment = openOrtEnvironment({ logSeverity: 'fatal' });
});
afterAll(() => environment[Symbol.dispose]());

describe('a provider', () => {
  test('that is unknown, or whose library is missing, is an error with a reason', async () => {
    const model = identityModel('float32');
    const create = (name: string, options = {}) =>
      environment.createSession(model, { providers: [{ name, options }] });
    await expect(create('Nonsense')).rejects.toThrow(/Unknown provider name 'Nonsense'/);
    const shipsCuda = existsSync(join(bundledLibraryPath(), '../libonnxruntime_providers_cuda.so'));
    if (!shipsCuda) {
      await expect(create('CUDA', { device_id: '0', gpu_mem_limit: '1000000' })).rejects.toThrow(OrtError);
      await expect(create('TensorrtExecutionProvider')).rejects.toThrow(OrtError);
    }
    if (process.platform !== 'win32')
      await expect(create('DML')).rejects.toThrow(/not supported in this build/);
    using session = await create('CPU');
    expect(session.inputs).toHaveLength(1);
  });

  test('of a device is chosen by the device', async () => {
    const devices = environment.providerDevices();
    const cpu = devices.filter(({ provider }) => provider === 'CPUExecutionProvider');
    expect(cpu[0]?.hardware.type).toBe('cpu');
    using session = await environment.createSession(identityModel('float32'), {
      providers: [{ devices: cpu }],
    });
    using x = environment.tensor('float32', Float32Array.of(1));
    using outputs = await session.run({ x });
    expect(outputs.tensor('y').data).toEqual(Float32Array.of(1));
    expect(() => session.setProviderOptions({ nonsense: '1' })).not.toThrow(TypeError);
    const none = environment.createSession(identityModel('float32'), { providers: [{ devices: [] }] });
    await expect(none).rejects.toThrow(/No device was given/);
    const gone = cpu.map((device) => ({ ...device, address: 8 }));
    const unknown = environment.createSession(identityModel('float32'), { providers: [{ devices: gone }] });
    await expect(unknown).rejects.toThrow(/is gone/);
  });

  test('from a plugin library that is none is an error, and the process goes on', () => {
    const register = (path: string) => () => environment.registerProviderLibrary('plugin', path);
    expect(register('/nonexistent/provider.so')).toThrow(OrtError);
    expect(register(import.meta.filename)).toThrow(OrtError);
    // A library, but not of a provider.
    expect(register(bundledLibraryPath())).toThrow(/CreateEpFactories/);
    expect(() => environment.unregisterProviderLibrary('plugin')).toThrow(OrtError);
  });
});

describe('tensors on a device', () => {
  test.runIf(existsSync(VULKAN_DRIVER))(
    'stay there between runs, and are copied when asked (WebGPU in software)',
    { timeout: 120_000 },
    async () => {
      const program = join(import.meta.dirname, 'use-webgpu.program.ts');
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--conditions=source', '--disable-warning=ExperimentalWarning', program],
        { env: { ...process.env, LD_LIBRARY_PATH: VULKAN_FOLDER, VK_DRIVER_FILES: VULKAN_DRIVER } },
      );
      const report: DeviceReport = JSON.parse(stdout);
      expect(report).toEqual({
        run: [2, 4, 6, 8],
        input: { name: 'WebGPU_Buf', isHost: false },
        output: { name: 'WebGPU_Buf', isHost: false },
        deviceReadError: 'OrtArgumentError',
        deviceCopy: [2, 4, 6, 8],
        afterFiveRuns: [6, 12, 18, 24],
        thereAndBack: [1, 2, 3, 4],
        allocations: true,
      });
    },
  );
});
