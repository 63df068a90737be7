import { createHash } from 'node:crypto';
import net from 'node:net';
import { GataError } from '../shared/gata-error.ts';

/**
 * Holds the data folder for this process by listening on a socket named after it. The name lives in the kernel
 * (an abstract socket on Linux, a pipe on Windows), so it goes with the process, however that ends.
 * @throws GataError `already-running`.
 */
export async function holdDataFolder(folder: string): Promise<AsyncDisposable> {
  const name = `gata-gateway-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new GataError(
              'already-running',
              `Another gateway uses ${folder}. Stop it, or choose another folder.`,
            )
          : error,
      );
    });
    server.listen(process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : `\0${name}`, resolve);
  });
  return {
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
