import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CONVOLUTION_OPERATIONS, convolutionModel } from '../../assets/benchmarks/convolution-model.ts';
import { FakeDriver } from '../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import { CONVOLUTION_GIGAFLOPS } from '../../scripts/verify-gpu/provider-trial.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CHROMIUM = '/usr/lib/chromium';
const SOFTWARE_VULKAN = {
  LD_LIBRARY_PATH: CHROMIUM,
  VK_DRIVER_FILES: `${CHROMIUM}/vk_swiftshader_icd.json`,
};
const SET_CALLS = [
  'nvmlDeviceSetPowerManagementLimit',
  'nvmlDeviceSetTemperatureThreshold',
  'nvmlDeviceSetPersistenceMode',
];

const reading = z.union([
  z.object({ value: z.unknown(), microseconds: z.number() }),
  z.object({ error: z.object({ code: z.string() }), microseconds: z.number() }),
]);
const documentSchema = z.object({
  schema: z.literal(1),
  machine: z.object({ node: z.string() }),
  nvml: z.object({
    available: z.literal(true),
    driverVersion: z.string(),
    devices: z.array(
      z.object({
        info: z.object({ uuid: z.string(), name: z.string() }),
        capabilities: z.record(z.string(), z.string()),
        readings: z.record(z.string(), reading),
      }),
    ),
  }),
  writes: z
    .array(
      z.object({
        same: z.string(),
        before: z.number(),
        changed: z.object({ asked: z.number(), answer: z.string(), readBack: z.number() }).nullable(),
        after: z.number(),
      }),
    )
    .nullable(),
  providers: z.array(
    z.object({
      provider: z.string(),
      works: z.boolean(),
      failures: z.record(z.string(), z.string()),
      chat: z.object({ runs: z.array(z.object({ tokensPerSecond: z.number().positive() })) }).nullable(),
      convolution: z.object({ isCorrect: z.boolean(), msP50: z.number().positive() }).nullable(),
      textIsAsOnCpu: z.boolean().nullable(),
    }),
  ),
});

let driver: FakeDriver;
beforeAll(async () => {
  driver = await FakeDriver.create({ cards: [{}, { supportsPowerLimit: 0, supportsFan: 0 }] });
});
afterAll(() => driver[Symbol.dispose]());

function start(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const script = path.join(ROOT, 'scripts/verify-gpu.mjs');
  return spawn(process.execPath, ['--conditions=source', script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
}

async function verify(args: readonly string[], env?: NodeJS.ProcessEnv) {
  const child = start(args, env);
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { exitCode, stdout, stderr };
}

const onFake = (...args: string[]) => ['--nvml-library', driver.libraryPath, ...args];
const QUICK = ['--providers', 'cpu', '--benchmarks', 'chat', '--tokens', '4', '--runs', '1'];

describe('verify:gpu', () => {
  it('reads everything of every card, tries providers, and sets nothing', async () => {
    const { exitCode, stdout, stderr } = await verify(
      onFake('--providers', 'cpu,dml', '--tokens', '8', '--runs', '2'),
    );
    expect(stderr).toContain('2 cards');
    expect(exitCode).toBe(0);
    const { nvml, writes, providers } = documentSchema.parse(JSON.parse(stdout));
    expect(nvml.devices.map(({ info }) => info.uuid)).toEqual(['card-0', 'card-1']);
    const [first, second] = nvml.devices;
    expect(first?.capabilities).toMatchObject({ powerLimit: 'supported', fan: 'supported' });
    expect(second?.capabilities).toMatchObject({ powerLimit: 'not-supported', fan: 'not-supported' });
    expect(first?.readings.temperatureC).toMatchObject({ value: expect.any(Number) });
    expect(second?.readings.powerLimitMilliwatts).toMatchObject({ error: { code: 'NOT_SUPPORTED' } });
    expect(writes).toBeNull();
    for (const call of SET_CALLS) expect(driver.calls(call)).toBe(0);
    const [cpu, other] = providers;
    expect(cpu).toMatchObject({ works: true, textIsAsOnCpu: true, convolution: { isCorrect: true } });
    expect(cpu?.chat?.runs).toHaveLength(2);
    expect(other).toMatchObject({ provider: 'dml', works: process.platform === 'win32' });
    if (process.platform !== 'win32') expect(other?.failures.chat).toContain('dml');
  });

  it('keeps UUIDs only when it is told to', async () => {
    const { stdout } = await verify(onFake(...QUICK, '--with-ids'));
    const { nvml } = documentSchema.parse(JSON.parse(stdout));
    expect(nvml.devices[0]?.info.uuid).toMatch(/^GPU-/);
  });

  it.runIf(process.getuid?.() === 0)('with --write sets the power limit, and puts it back', async () => {
    const before = driver.get(0, 'powerLimitMilliwatts');
    const { stdout, exitCode } = await verify(onFake(...QUICK, '--write'));
    expect(exitCode).toBe(0);
    const { writes } = z.object({ writes: z.array(z.unknown()) }).parse(JSON.parse(stdout));
    expect(writes).toMatchObject([
      {
        before,
        same: 'set',
        changed: { asked: before - 1000, answer: 'set', readBack: before - 1000 },
        after: before,
      },
      { before: null, changed: null },
    ]);
    expect(driver.get(0, 'powerLimitMilliwatts')).toBe(before);
  });

  it.runIf(process.getuid?.() === 0)('puts the power limit back when it is stopped half-way', async () => {
    const before = driver.get(0, 'powerLimitMilliwatts');
    const child = start(onFake(...QUICK, '--write'));
    const exited = once(child, 'exit');
    const deadlineMs = Date.now() + 20_000;
    while (driver.get(0, 'powerLimitMilliwatts') === before && Date.now() < deadlineMs) await sleep(5);
    expect(driver.get(0, 'powerLimitMilliwatts')).toBe(before - 1000);
    child.kill('SIGTERM');
    expect(await exited).toEqual([130, null]);
    expect(driver.get(0, 'powerLimitMilliwatts')).toBe(before);
  });

  it('says that there is no NVML here, and goes on without when allowed', async () => {
    const without = ['--nvml-library', '/nowhere/libnvidia-ml.so.1'];
    const refused = await verify([...without, ...QUICK]);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain('There is no usable NVML here');
    expect(refused.stderr).toContain('--allow-no-gpu');
    const allowed = await verify([...without, ...QUICK, '--allow-no-gpu']);
    expect(allowed.exitCode).toBe(0);
    expect(JSON.parse(allowed.stdout)).toMatchObject({
      nvml: { available: false },
      providers: [{ provider: 'cpu', works: true }],
    });
  });

  it.each([['--colour'], ['--providers', 'abacus'], ['--runs', '0']])('refuses %s', async (...args) => {
    const { exitCode, stderr } = await verify(args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: .{10,}/);
  });

  it('kills a provider that takes too long, and says so', async () => {
    const { exitCode, stdout } = await verify(
      onFake('--providers', 'cpu', '--runs', '100', '--tokens', '400', '--trial-seconds', '1'),
    );
    expect(exitCode).toBe(0);
    const [cpu] = documentSchema.parse(JSON.parse(stdout)).providers;
    expect(cpu?.failures.process).toContain('1 s');
  });

  it.runIf(Object.values(SOFTWARE_VULKAN).every((file) => existsSync(file)))(
    'tries WebGPU on a Vulkan driver',
    async () => {
      const flags = ['--providers', 'webgpu', '--benchmarks', 'chat', '--tokens', '1', '--runs', '1'];
      const { stdout } = await verify(onFake(...flags), { ...process.env, ...SOFTWARE_VULKAN });
      expect(documentSchema.parse(JSON.parse(stdout)).providers).toMatchObject([{ works: true }]);
    },
    200_000,
  );
});

describe('the convolution model', () => {
  it('is what its script makes, and counts its operations right', () => {
    const file = readFileSync(path.join(ROOT, 'assets/benchmarks/convolution.onnx'));
    expect(file.equals(convolutionModel())).toBe(true);
    expect(CONVOLUTION_GIGAFLOPS).toBeCloseTo(CONVOLUTION_OPERATIONS / 1e9, 9);
  });
});

describe('verify:gpu --pack', () => {
  const isPossible = process.platform === 'linux' && process.arch === 'x64' && existsSync('/usr/bin/xz');

  it.runIf(isPossible)(
    'makes an archive that runs in an empty folder with an empty environment',
    async () => {
      using folder = temporaryFolder();
      const archive = path.join(folder.path, 'verify.tgz');
      const packed = await verify(['--pack', archive]);
      expect(packed.stderr).toContain('MiB');
      expect(packed.exitCode).toBe(0);
      const unpacking = spawn('tar', ['-xzf', archive, '-C', folder.path], { stdio: 'inherit' });
      expect(await once(unpacking, 'exit')).toEqual([0, null]);
      const run = spawn(
        path.join(folder.path, 'gata-verify-gpu/run.sh'),
        onFake('--providers', 'cpu', '--tokens', '4', '--runs', '1'),
        { cwd: '/', env: { PATH: '' }, stdio: ['ignore', 'pipe', 'pipe'] },
      );
      const [stdout, stderr, [exitCode]] = await Promise.all([
        text(run.stdout),
        text(run.stderr),
        once(run, 'close'),
      ]);
      expect(stderr).toContain('Decompressing');
      expect(exitCode).toBe(0);
      const { nvml, providers } = documentSchema.parse(JSON.parse(stdout));
      expect(nvml.devices).toHaveLength(2);
      expect(providers).toMatchObject([{ works: true, convolution: { isCorrect: true } }]);
    },
    600_000,
  );

  it('refuses a name that is no archive', async () => {
    const { exitCode, stderr } = await verify(['--pack', 'folder']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('.tgz');
  });
});
