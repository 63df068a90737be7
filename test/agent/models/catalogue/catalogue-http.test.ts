import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { CatalogueHttp } from '../../../../src/agent/models/catalogue/catalogue-http.ts';

const never = new AbortController().signal;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function serve(listener: RequestListener): Promise<CatalogueHttp> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server is not listening.');
  return new CatalogueHttp(`http://127.0.0.1:${address.port}/`);
}

describe('the catalogue over HTTP', () => {
  it('stops reading an answer that has no end', async () => {
    let isOpen = true;
    const source = await serve((_request, response) => {
      response.on('close', () => {
        isOpen = false;
      });
      const more = () => {
        while (isOpen && response.write(Buffer.alloc(64 * 1024, 'x'))) {
          // Until it is full.
        }
      };
      response.on('drain', more);
      more();
    });
    await expect(source.fetch('entry', never, 'a'.repeat(64))).rejects.toMatchObject({ code: 'too-large' });
    await expect.poll(() => isOpen).toBe(false);
  });

  it.each<[string, RequestListener]>([
    ['fails', (_request, response) => response.writeHead(500).end('no')],
    ['sends it elsewhere', (_request, response) => response.writeHead(302, { location: '/other' }).end()],
    [
      'breaks off',
      (_request, response) => {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('{');
        setImmediate(() => response.destroy());
      },
    ],
    ['sends what is no UTF-8', (_request, response) => response.end(Buffer.from([0xff, 0xfe]))],
  ])('counts a gateway that %s as out of reach', async (_what, listener) => {
    const source = await serve(listener);
    await expect(source.fetch('keys', never)).rejects.toMatchObject({ code: 'gateway-unreachable' });
  });

  it('gives up with the reason of whoever asked', async () => {
    const source = await serve(() => {});
    const giveUp = new AbortController();
    const fetched = source.fetch('keys', giveUp.signal);
    giveUp.abort(new Error('enough'));
    await expect(fetched).rejects.toThrow('enough');
  });
});
