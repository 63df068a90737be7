import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API, HEADER_API_VERSION, REQUIRED_API_VERSION } from '../src/api-table.ts';
import { bundledLibraryPath, OrtDisposedError, OrtLibraryError, openOrtEnvironment } from '../src/index.ts';
import { identityModel } from './onnx-writer.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ort-library-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Names that its source ends with, so that a shift of the table would show. */
describe('the table of functions', () => {
  test('keeps the places that the header’s own checks fix', () => {
    // The last function of some versions, as the library's source asserts them.
    expect(API.ReleaseModelMetadata.index).toBe(118);
    expect(API.AddFreeDimensionOverrideByName.index).toBe(124);
    expect(API.ReleaseAvailableProviders.index).toBe(126);
    expect(API.ReleaseArenaCfg.index).toBe(157);
    expect(API.SynchronizeBoundOutputs.index).toBe(203);
    expect(API.GetBuildInfoString.index).toBe(254);
    expect(API.SetEpDynamicOptions.index).toBe(284);
    expect(HEADER_API_VERSION).toBeGreaterThanOrEqual(REQUIRED_API_VERSION);
  });

  test('has no place twice, and grows', () => {
    const places = Object.values(API).map(({ index }) => index);
    expect(new Set(places).size).toBe(places.length);
  });
});

describe('opening', () => {
  test('finds the library that onnxruntime-node ships, as often as wanted', async () => {
    for (let round = 0; round < 3; round += 1) {
      using first = openOrtEnvironment();
      using second = openOrtEnvironment({
        libraryPath: bundledLibraryPath(),
        logSeverity: 'error',
        logId: 'b',
      });
      expect(first.version).toMatch(/^1\.\d+\.\d+/);
      expect(second.version).toBe(first.version);
      expect(first.buildInfo).toContain('ORT Build Info');
      expect(first.availableProviders()).toContain('CPUExecutionProvider');
      using session = await second.createSession(identityModel('bool'));
      expect(session.outputs).toHaveLength(1);
    }
  });

  test('outlives its disposal while sessions use it', async () => {
    const environment = openOrtEnvironment();
    const session = await environment.createSession(identityModel('bool'));
    const x = environment.tensor('bool', Uint8Array.of(1));
    environment[Symbol.dispose]();
    using outputs = await session.run({ x });
    expect(outputs.tensor('y').elements('bool')).toEqual(Uint8Array.of(1));
    expect(() => environment.providerDevices()).toThrow(OrtDisposedError);
    expect(() => environment.tensor('bool', Uint8Array.of(1))).toThrow(OrtDisposedError);
    await expect(environment.createSession(identityModel('bool'))).rejects.toThrow(OrtDisposedError);
    x[Symbol.dispose]();
    session[Symbol.dispose]();
  });

  test('refuses what is no library', () => {
    const text = join(folder, 'text.so');
    writeFileSync(text, 'not a library');
    expect(problemOf(join(folder, 'none.so'))).toBe('no-library');
    expect(problemOf('libonnxruntime.so.1')).toBe('no-library');
    expect(problemOf(text)).toBe('unusable-library');
    const truncated = join(folder, 'truncated.so');
    copyFileSync(text, truncated);
    expect(problemOf(truncated)).toBe('unusable-library');
  });

  const hasCompiler = process.platform === 'linux' && canCompile();
  test.runIf(hasCompiler)('refuses another library, and versions that it does not know', () => {
    expect(problemOf(compile('other', 'int add(int a, int b) { return a + b; }'))).toBe('not-onnxruntime');
    expect(problemOf(compile('old', fakeRuntime('1.20.1', REQUIRED_API_VERSION)))).toBe(
      'unsupported-version',
    );
    expect(problemOf(compile('next', fakeRuntime('2.0.0', REQUIRED_API_VERSION)))).toBe(
      'unsupported-version',
    );
    expect(problemOf(compile('odd', fakeRuntime('unreadable', REQUIRED_API_VERSION)))).toBe(
      'unsupported-version',
    );
    // Says that it is new enough, but has no such table.
    expect(problemOf(compile('liar', fakeRuntime('1.99.0', 3)))).toBe('unsupported-version');
  });

  function compile(name: string, source: string): string {
    const file = join(folder, `${name}.c`);
    const library = join(folder, `${name}.so`);
    writeFileSync(file, source);
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, file]);
    return library;
  }
});

/** A library whose base is laid out as the real one's. */
function fakeRuntime(version: string, highestApi: number): string {
  return `
    static void *table[512];
    static const void *get_api(unsigned version) { return version <= ${highestApi} ? table : 0; }
    static const char *get_version(void) { return "${version}"; }
    static const struct { void *get_api, *get_version; } base = { get_api, get_version };
    const void *OrtGetApiBase(void) { return &base; }`;
}

function canCompile(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function problemOf(libraryPath: string): string {
  try {
    using environment = openOrtEnvironment({ libraryPath });
    return environment.version;
  } catch (error) {
    if (error instanceof OrtLibraryError) return error.reason;
    throw error;
  }
}
