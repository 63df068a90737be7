import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rendererFile, serveRendererFile } from '../../src/main/renderer-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = path.resolve('/app/out/renderer');

describe("the renderer's files", () => {
  test('are found by their path', () => {
    expect(rendererFile(root, 'app://gata/assets/index-1a.js')).toBe(
      path.join(root, 'assets', 'index-1a.js'),
    );
    expect(rendererFile(root, 'app://gata/a%20b.css?v=1#x')).toBe(path.join(root, 'a b.css'));
  });

  test.each(['app://gata/', 'app://gata', 'app://gata/jobs', 'app://gata/settings/'])(
    'begin with the page at %s',
    (url) => {
      expect(rendererFile(root, url)).toBe(path.join(root, 'index.html'));
    },
  );

  test.each([
    'app://gata/..%2f..%2fmain%2fmain.js',
    'app://gata/..%5c..%5cmain%5cmain.js',
    'app://gata/C:%5cWindows%5cwin.ini',
    'app://gata/index.html:stream.js',
    'app://gata/index.js%00.html',
    'app://gata/%E0%A4%A.js',
    'app://gata/agent.node',
    'app://gata/.env',
    'app://other/index.html',
    'https://gata/index.html',
  ])('do not include %s', (url) => {
    const file = rendererFile(root, url);
    // A name without an extension is a screen of the dashboard.
    expect(file === undefined || file === path.join(root, 'index.html')).toBe(true);
  });

  test('never lie outside their folder', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '%2e%2e',
        '..%2f',
        '%2F',
        '%5c',
        '\\',
        '/',
        '//',
        'C:',
        'out',
        '.js',
        '.html',
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const file = rendererFile(root, `app://gata/${pieces.join('')}`);
        if (file !== undefined) expect(file.startsWith(root + path.sep)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the app: protocol', () => {
  test('serves a file with its type and the security headers', async () => {
    using folder = temporaryFolder();
    writeFileSync(path.join(folder.path, 'index.html'), '<title>Gata</title>');
    const response = await serveRendererFile(folder.path, new Request('app://gata/'));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('<title>Gata</title>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('answers 404 for what is missing, a folder or outside, and 405 for other methods', async () => {
    using folder = temporaryFolder();
    mkdirSync(path.join(folder.path, 'folder.js'));
    for (const url of ['app://gata/missing.js', 'app://gata/folder.js', 'app://other/index.html']) {
      expect((await serveRendererFile(folder.path, new Request(url))).status, url).toBe(404);
    }
    const post = new Request('app://gata/', { method: 'POST' });
    expect((await serveRendererFile(folder.path, post)).status).toBe(405);
  });
});
