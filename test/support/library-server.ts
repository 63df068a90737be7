import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

type Answer = (request: IncomingMessage, response: ServerResponse, bytes: Buffer) => void;

/** A real server of files on this machine, which knows ranges and can be told to misbehave. */
export class LibraryServer implements AsyncDisposable {
  readonly url: string;
  /** What was asked for, with the range: `libprovider.so bytes=100-`. */
  readonly asked: string[] = [];
  readonly files = new Map<string, Buffer>();
  /** How the next requests are answered, one after another, before it is honest again. */
  readonly tricks: Answer[] = [];
  /** How every request is answered that no trick answers. */
  answer: Answer = honest;
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(): Promise<LibraryServer> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const address = http.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    const server = new LibraryServer(`http://127.0.0.1:${address.port}`, async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    });
    http.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const name = decodeURIComponent((request.url ?? '').slice(1));
      server.asked.push([name, request.headers.range].filter((part) => part !== undefined).join(' '));
      const bytes = server.files.get(name);
      if (bytes === undefined) response.writeHead(404).end();
      else (server.tricks.shift() ?? server.answer)(request, response, bytes);
    });
    return server;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

function honest(request: IncomingMessage, response: ServerResponse, bytes: Buffer): void {
  const offset = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (offset === 0) {
    response.writeHead(200, { 'content-length': bytes.byteLength }).end(bytes);
    return;
  }
  const total = bytes.byteLength;
  const headers = {
    'content-range': `bytes ${offset}-${total - 1}/${total}`,
    'content-length': total - offset,
  };
  response.writeHead(206, headers).end(bytes.subarray(offset));
}

/** Knows no ranges. */
export const withoutRanges: Answer = (_request, response, bytes) => {
  response.writeHead(200, { 'content-length': bytes.byteLength }).end(bytes);
};

/** Breaks the connection after so many bytes of what it announced. */
export const cutAfter =
  (count: number): Answer =>
  (request, response, bytes) => {
    const offset = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const total = bytes.byteLength;
    const range = offset === 0 ? {} : { 'content-range': `bytes ${offset}-${total - 1}/${total}` };
    response.writeHead(offset === 0 ? 200 : 206, { ...range, 'content-length': total - offset });
    response.write(bytes.subarray(offset, offset + count), () => response.destroy());
  };
