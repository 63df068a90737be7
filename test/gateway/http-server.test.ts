import { once } from 'node:events';
import net from 'node:net';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { closeHttpServer, createHttpServer } from '../../src/gateway/http-server.ts';

describe('closing the HTTP server', () => {
  it('does not wait for a connection that never sent a request', async () => {
    const app = await createHttpServer({
      version: '0',
      requestsPerMinute: 100,
      log: pino({ level: 'silent' }),
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const address = app.server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    const socket = net.connect(address.port, '127.0.0.1');
    await once(socket, 'connect');
    const ended = once(socket, 'close');
    const started = performance.now();
    await closeHttpServer(app);
    await ended;
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
