import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ProviderLibraries,
  type ProviderLibrariesOptions,
} from '../../../../src/agent/providers/libraries/provider-libraries.ts';
import type { ProviderLibrary } from '../../../../src/shared/provider-library.ts';
import { cutAfter, LibraryServer, withoutRanges } from '../../../support/library-server.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import {
  elfLibrary,
  libraryOf,
  peLibrary,
  type TestLibrary,
  testLibrary,
} from '../../../support/test-library.ts';

const ID = 'cuda-linux-x64';
const PATIENCE_MS = 15_000;
const never = new AbortController().signal;

let opened: AsyncDisposableStack;
let folder: string;
let server: LibraryServer;
let offered: ProviderLibrary[];
let stale: string | null;
beforeEach(async () => {
  opened = new AsyncDisposableStack();
  folder = opened.use(temporaryFolder()).path;
  server = opened.use(await LibraryServer.start());
  offered = [];
  stale = null;
});
afterEach(() => opened.disposeAsync());

function offer({ library, files }: TestLibrary): void {
  offered.push(library);
  for (const [name, bytes] of files) server.files.set(name, bytes);
}

async function open(changes: Partial<ProviderLibrariesOptions> = {}): Promise<ProviderLibraries> {
  return opened.use(
    await ProviderLibraries.open({
      folder: path.join(folder, 'providers'),
      manifest: {
        libraries: () => offered,
        problem: () => (offered.length === 0 ? 'The network offers no provider libraries yet.' : null),
        staleProblem: () => stale,
        refresh: () => Promise.resolve(true),
      },
      machine: {
        platform: 'linux',
        architecture: 'x64',
        ortVersion: '1.30.0',
        driverVersion: () => '580.65',
      },
      logger: pino({ level: 'silent' }),
      retryDelaysMs: [1, 1, 1],
      ...changes,
    }),
  );
}

async function viewOf(libraries: ProviderLibraries, id = ID) {
  const library = offered.find((each) => each.id === id);
  if (library === undefined) throw new Error(`nobody offers ${id}`);
  return await libraries.view(library);
}

/** Downloads and waits for the end, good or bad. */
async function download(libraries: ProviderLibraries, id = ID) {
  await libraries.download(id, '1.0.0');
  await expect
    .poll(async () => (await viewOf(libraries, id)).state, { timeout: PATIENCE_MS })
    .not.toMatch(/downloading|verifying/);
  return await viewOf(libraries, id);
}

function filesBelow(name: string): string[] {
  return readdirSync(path.join(folder, 'providers', name), { recursive: true, encoding: 'utf8' });
}

function installedFile(name: string): string {
  const found = filesBelow('installed').find((each) => path.basename(each) === name);
  if (found === undefined) throw new Error(`${name} is not installed`);
  return path.join(folder, 'providers', 'installed', found);
}

describe('a download', () => {
  it('installs the library in a folder of the user alone, verified', async () => {
    const given = testLibrary(server.url);
    offer(given);
    const libraries = await open();
    expect(await viewOf(libraries)).toMatchObject({ state: 'not-installed', doneBytes: null, problem: null });
    expect(await libraries.verified('cuda', never)).toBeUndefined();
    expect(await download(libraries)).toMatchObject({ state: 'installed', problem: null });
    const found = await libraries.verified('cuda', never);
    expect(found).toMatchObject({ id: ID, provider: 'cuda', entryFile: 'libprovider.so' });
    for (const [name, bytes] of given.files) {
      const file = path.join(found?.folder ?? '', name);
      expect(readFileSync(file).equals(bytes)).toBe(true);
      expect(statSync(file).mode & 0o777).toBe(0o400);
    }
    expect(statSync(path.join(folder, 'providers', 'installed')).mode & 0o777).toBe(0o700);
    expect(filesBelow('partial')).toEqual([]);
    expect(await libraries.verified('tensorrt', never)).toBeUndefined();
  });

  it('continues where the connection broke', async () => {
    offer(testLibrary(server.url));
    server.tricks.push(cutAfter(100_000), cutAfter(50_000));
    const libraries = await open();
    expect(await download(libraries)).toMatchObject({ state: 'installed', problem: null });
    const ranges = server.asked.filter((each) => each.startsWith('libprovider.so bytes='));
    expect(ranges).toHaveLength(2);
  });

  it('begins again at a server that knows no ranges', async () => {
    offer(testLibrary(server.url));
    server.tricks.push(cutAfter(100_000));
    server.answer = withoutRanges;
    expect(await download(await open())).toMatchObject({ state: 'installed', problem: null });
  });

  it('continues after a restart, with what was fetched before', async () => {
    offer(testLibrary(server.url));
    server.tricks.push((request, response, bytes) => cutAfter(200_000)(request, response, bytes));
    const first = await open({ retryDelaysMs: [] });
    expect(await download(first)).toMatchObject({ state: 'not-installed' });
    await first[Symbol.asyncDispose]();
    const second = await open();
    expect(await download(second)).toMatchObject({ state: 'installed', problem: null });
    expect(server.asked.some((each) => /^libprovider\.so bytes=[1-9]/.test(each))).toBe(true);
  });

  it('gives up with a sentence when the server stays away, and keeps what is there', async () => {
    offer(testLibrary(server.url));
    server.answer = cutAfter(0);
    const { state, problem } = await download(await open());
    expect(state).toBe('not-installed');
    expect(problem).toContain('what was fetched is kept');
  });

  it('deletes what is corrupt and says so', async () => {
    offer(testLibrary(server.url));
    server.answer = (_request, response, bytes) => {
      const changed = Buffer.from(bytes);
      changed[changed.byteLength - 1] = (changed.at(-1) ?? 0) ^ 1;
      response.writeHead(200, { 'content-length': changed.byteLength }).end(changed);
    };
    const libraries = await open();
    const { state, problem } = await download(libraries);
    expect(state).toBe('not-installed');
    expect(problem).toContain('not what the network signed');
    expect(filesBelow('partial').filter((name) => name.includes('.so'))).toEqual([]);
  });

  it('takes nothing of a server that says that the file has another size', async () => {
    offer(testLibrary(server.url));
    server.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 10 }).end(Buffer.alloc(10));
    };
    const { problem } = await download(await open());
    expect(problem).toContain('has 10 bytes instead of the 300000');
    expect(server.asked).toHaveLength(1);
  });

  it('does not let a server that lies about the size fill the disk', async () => {
    offer(testLibrary(server.url));
    server.answer = (_request, response) => {
      // No length is announced.
      response.writeHead(200);
      for (let piece = 0; piece < 64; piece += 1) response.write(Buffer.alloc(64 * 1024));
      response.end();
    };
    const { state, problem } = await download(await open());
    expect(state).toBe('not-installed');
    expect(problem).toContain('not what the network signed');
  });

  it('does not follow a redirect away from https, but one on this machine', async () => {
    offer(testLibrary(server.url));
    server.files.set('elsewhere', Buffer.alloc(0));
    server.tricks.push((_request, response) => {
      response.writeHead(302, { location: 'http://libraries.example/libprovider.so' }).end();
    });
    const libraries = await open();
    expect((await download(libraries)).problem).toContain('not https');
    server.tricks.push((_request, response) => {
      response.writeHead(302, { location: '/libprovider.so' }).end();
    });
    expect(await download(libraries)).toMatchObject({ state: 'installed', problem: null });
  });

  it('says that the server does not have a file', async () => {
    offer(testLibrary(server.url));
    server.files.delete('libhelper.so.1');
    expect((await download(await open())).problem).toContain(
      'does not give out libhelper.so.1 (HTTP status 404)',
    );
  });

  it('stops when it is cancelled, keeps what it has, and goes on later', async () => {
    offer(testLibrary(server.url));
    server.tricks.push((_request, response, bytes) => {
      response.writeHead(200, { 'content-length': bytes.byteLength });
      response.write(bytes.subarray(0, 100_000));
    });
    const libraries = await open();
    await libraries.download(ID, '1.0.0');
    await expect
      .poll(async () => (await viewOf(libraries)).doneBytes, { timeout: PATIENCE_MS })
      .toBe(100_000);
    await expect(libraries.download(ID, '1.0.0')).rejects.toMatchObject({ code: 'conflict' });
    await libraries.cancel(ID);
    expect(await viewOf(libraries)).toMatchObject({ state: 'not-installed', problem: null });
    expect(await download(libraries)).toMatchObject({ state: 'installed' });
    expect(server.asked).toContain('libprovider.so bytes=100000-');
    await expect(libraries.cancel(ID)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('does not begin when the disk is too full', async () => {
    offer(testLibrary(server.url));
    const libraries = await open({ freeBytes: () => Promise.resolve(100 * 1024 * 1024) });
    await expect(libraries.download(ID, '1.0.0')).rejects.toMatchObject({ code: 'disk-full' });
    expect(server.asked).toEqual([]);
  });

  it('refuses a file that is no library for its platform, though it is signed', async () => {
    const files = new Map([['libprovider.so', elfLibrary(5000, 'arm64')]]);
    offer(libraryOf(files, server.url));
    const libraries = await open();
    expect((await download(libraries)).problem).toContain('is not a library for linux x64');
    expect(filesBelow('installed')).toEqual([]);
    expect(filesBelow('partial')).toEqual([]);
  });

  it('takes libraries of Windows on Windows', async () => {
    const files = new Map([['provider.dll', peLibrary(5000)]]);
    offer(libraryOf(files, server.url, { id: 'cuda-win32-x64', platform: 'win32' }));
    const machine = {
      platform: 'win32',
      architecture: 'x64',
      ortVersion: '1.30.0',
      driverVersion: () => null,
    } as const;
    expect(await download(await open({ machine }), 'cuda-win32-x64')).toMatchObject({ state: 'installed' });
  });
});

describe('a library', () => {
  it.each([
    ['newer ONNX Runtime', { ortApiVersion: 31 }, 'Update Gata'],
    ['another platform', { platform: 'win32' }, 'is for win32 x64'],
    ['another processor', { architecture: 'arm64' }, 'is for linux arm64'],
    ['newer driver', { minimumDriver: '580.100' }, 'Update the driver'],
  ] as const)('for a %s is refused with a sentence', async (_, changes, sentence) => {
    offer(testLibrary(server.url, changes));
    const libraries = await open();
    await expect(libraries.download(ID, '1.0.0')).rejects.toMatchObject({
      code: 'library-refused',
      message: expect.stringContaining(sentence),
    });
  });

  it('is not taken while nobody knows what was revoked', async () => {
    offer(testLibrary(server.url));
    stale = 'The list of what is revoked is too old.';
    await expect((await open()).download(ID, '1.0.0')).rejects.toMatchObject({ code: 'library-refused' });
  });

  it('is not taken at a version whose licence was not shown', async () => {
    offer(testLibrary(server.url));
    await expect((await open()).download(ID, '0.9.0')).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    ['changed', (file: string) => writeFileSync(file, readFileSync(file).fill(1, 1000, 1001)), 'was changed'],
    [
      'truncated',
      (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 1000)),
      'has another size',
    ],
    ['longer', (file: string) => appendFileSync(file, 'x'), 'has another size'],
    ['missing', (file: string) => rmSync(file), 'is missing'],
  ])('is not given out while a file is %s, and can be downloaded again', async (_, damage, sentence) => {
    offer(testLibrary(server.url));
    const libraries = await open();
    await download(libraries);
    const { mtime, atime } = statSync(installedFile('libhelper.so.1'));
    chmodSync(installedFile('libhelper.so.1'), 0o600);
    damage(installedFile('libhelper.so.1'));
    // Dates prove nothing.
    if (sentence !== 'is missing') utimesSync(installedFile('libhelper.so.1'), atime, mtime);
    await expect(libraries.verified('cuda', never)).rejects.toMatchObject({
      code: 'corrupt-library',
      message: expect.stringContaining(sentence),
    });
    expect(await viewOf(libraries)).toMatchObject({
      state: 'damaged',
      problem: expect.stringContaining(sentence),
    });
    expect(await download(libraries)).toMatchObject({ state: 'installed', problem: null });
    expect(await libraries.verified('cuda', never)).toBeDefined();
  });

  it('is not given out with a link in the place of a file, nor with a file too many', async () => {
    offer(testLibrary(server.url));
    const libraries = await open();
    await download(libraries);
    const file = installedFile('libhelper.so.1');
    const copy = path.join(folder, 'copy');
    writeFileSync(copy, readFileSync(file));
    rmSync(file);
    symlinkSync(copy, file);
    await expect(libraries.verified('cuda', never)).rejects.toMatchObject({ code: 'corrupt-library' });
    await download(libraries);
    writeFileSync(path.join(path.dirname(file), 'libcudart.so'), elfLibrary(1000));
    await expect(libraries.verified('cuda', never)).rejects.toMatchObject({ code: 'corrupt-library' });
  });

  it('is not given out when the network offers it no longer, or in another version', async () => {
    offer(testLibrary(server.url));
    const libraries = await open();
    await download(libraries);
    offered = [];
    expect(await libraries.verified('cuda', never)).toBeUndefined();
    offered = [testLibrary(server.url, { version: '1.0.1' }).library];
    expect(await libraries.verified('cuda', never)).toBeUndefined();
    expect(await viewOf(libraries)).toMatchObject({ state: 'not-installed', version: '1.0.1' });
    await libraries.download(ID, '1.0.1');
    await expect
      .poll(async () => (await viewOf(libraries)).state, { timeout: PATIENCE_MS })
      .toBe('installed');
    expect(filesBelow('installed').filter((name) => !name.includes(path.sep))).toHaveLength(1);
  });

  it('is removed, and what was half fetched with it', async () => {
    offer(testLibrary(server.url));
    const libraries = await open();
    await download(libraries);
    await libraries.remove(ID);
    expect([...filesBelow('installed'), ...filesBelow('partial')]).toEqual([]);
    expect(await viewOf(libraries)).toMatchObject({ state: 'not-installed' });
    await expect(libraries.remove(ID)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('an import from a folder', () => {
  function put(files: ReadonlyMap<string, Buffer>): string {
    const stick = path.join(folder, 'stick');
    mkdirSync(stick, { recursive: true });
    for (const [name, bytes] of files) writeFileSync(path.join(stick, name), bytes);
    return stick;
  }

  it('takes a library that is byte for byte the signed one, without the network', async () => {
    const { library, files } = testLibrary('https://libraries.example');
    offered.push(library);
    const libraries = await open();
    expect(await libraries.importFolder(put(files), [ID])).toMatchObject({ state: 'installed' });
    expect(await libraries.verified('cuda', never)).toBeDefined();
  });

  it('refuses one whose bytes differ', async () => {
    const { library, files } = testLibrary('https://libraries.example');
    offered.push(library);
    const stick = put(new Map(files).set('libhelper.so.1', elfLibrary(120_000, 'x64', 99)));
    const libraries = await open();
    await expect(libraries.importFolder(stick, [ID])).rejects.toMatchObject({ code: 'corrupt-library' });
    expect(filesBelow('installed')).toEqual([]);
  });

  it('says which file is missing or of another size', async () => {
    const { library, files } = testLibrary('https://libraries.example');
    offered.push(library);
    const stick = put(new Map(files).set('libhelper.so.1', elfLibrary(99)));
    await expect((await open()).importFolder(stick, [ID])).rejects.toMatchObject({
      code: 'library-refused',
      message: expect.stringContaining('libhelper.so.1 with 120000 bytes'),
    });
  });

  it('takes nothing that is not signed, nothing unaccepted and no folder that is not there', async () => {
    const { library, files } = testLibrary('https://libraries.example');
    const libraries = await open();
    const stick = put(files);
    await expect(libraries.importFolder(stick, [ID])).rejects.toMatchObject({
      code: 'library-refused',
      message: expect.stringContaining('offers no provider libraries yet'),
    });
    offered.push(library);
    await expect(libraries.importFolder(stick, [])).rejects.toMatchObject({ code: 'conflict' });
    await expect(libraries.importFolder(path.join(folder, 'none'), [ID])).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });
});
