import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isShellUrl, SECURITY_HEADERS } from './security.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * The file of `folder` that a URL of the dashboard names, or undefined when it names none that may be served:
 * another origin, an unknown type, or a path out of the folder. A path without an extension is a screen, which
 * the page itself shows.
 */
export function rendererFile(folder: string, url: string): string | undefined {
  if (!isShellUrl(url)) return undefined;
  const pathname = decodePath(new URL(url).pathname);
  // A drive, stream or device name on Windows, a path cut short by a C library.
  if (pathname === undefined || /[\\:\0]/.test(pathname)) return undefined;
  const extension = path.extname(pathname);
  const file = path.resolve(folder, `.${extension === '' ? '/index.html' : pathname}`);
  if (!file.startsWith(path.resolve(folder) + path.sep)) return undefined;
  return path.extname(file) in CONTENT_TYPES ? file : undefined;
}

/** Answers the `app:` protocol from the built renderer's folder. */
export async function serveRendererFile(folder: string, request: Request): Promise<Response> {
  if (request.method !== 'GET') return refusal(405);
  const file = rendererFile(folder, request.url);
  if (file === undefined) return refusal(404);
  try {
    // Not `net.fetch` of a file URL: the headers must be ours.
    const content = new Uint8Array(await readFile(file));
    const contentType = CONTENT_TYPES[path.extname(file)] ?? 'application/octet-stream';
    return new Response(content, { headers: { ...SECURITY_HEADERS, 'content-type': contentType } });
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR')) {
      return refusal(404);
    }
    throw error;
  }
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: SECURITY_HEADERS });
}

function decodePath(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
