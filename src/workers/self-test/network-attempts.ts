import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, type NetConnectOpts } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { SelfTestTargets } from '../../shared/self-test-protocol.ts';
import { type Attempt, NothingGained } from './attempt.ts';

/** On the same machine an answer comes at once. */
const ANSWER_MS = 2000;
/** The agent's listener answers no query: that it arrived is enough. */
const DNS_ANSWER_MS = 50;

/** Talking to anybody but the agent over stdin and stdout. */
export function networkAttempts({ tcp, udpPort, sockets, nonce }: SelfTestTargets): Attempt[] {
  return [
    ...tcp.map(({ host, port }) => ({
      what: `connect to a program of this computer by TCP (${host})`,
      run: () => connectTo({ host, port }),
    })),
    ...sockets.map((socket) => ({
      what: `connect to a program of this computer by ${socket.startsWith('\0') ? 'an abstract' : 'a'} Unix socket`,
      run: () => connectTo({ path: socket }),
    })),
    { what: 'send a datagram (UDP)', run: () => sendDatagram(udpPort, nonce), seenAs: 'udp' },
    { what: 'ask a name server (DNS)', run: () => askNameServer(udpPort), seenAs: 'dns' },
    {
      what: 'see the network interfaces',
      run: () => {
        const names = Object.entries(networkInterfaces())
          .filter(([, addresses]) => addresses?.some(({ internal }) => !internal))
          .map(([name]) => name);
        if (names.length === 0) throw new NothingGained('none');
        return names.join(', ');
      },
    },
  ];
}

async function connectTo(options: NetConnectOpts): Promise<string> {
  const socket = connect(options);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(ANSWER_MS) });
    return 'connected';
  } finally {
    socket.on('error', () => {});
    socket.destroy();
  }
}

async function sendDatagram(port: number, text: string): Promise<string> {
  const socket = createSocket('udp4');
  try {
    return await new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.send(text, port, '127.0.0.1', (error) => (error === null ? resolve('sent') : reject(error)));
    });
  } finally {
    socket.close();
  }
}

async function askNameServer(port: number): Promise<string> {
  const resolver = new Resolver({ timeout: DNS_ANSWER_MS, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  try {
    await resolver.resolve4('self-test.gata.invalid');
    return 'answered';
  } catch (error) {
    // A query that nobody answered may have arrived.
    if (error instanceof Error && 'code' in error && error.code === 'ETIMEOUT') return 'asked';
    throw error;
  }
}
