import type { Attempt } from './attempt.ts';

/** Reaching anybody but the agent, which is at the other end of stdin and stdout. */
export const NETWORK: readonly Attempt[] = [
  ...(['tcp4', 'tcp6'] as const).map(
    (channel): Attempt => ({
      id: `connect-${channel}`,
      what: `connect by TCP over IPv${channel.slice(-1)}`,
      attack: ({ call, numberOf, callNumbered, socketAddress }, { ports }, given) => {
        const family = given === 'tcp6' ? 6 : 4;
        const address = socketAddress({ port: family === 6 ? ports.tcp6 : ports.tcp4, family });
        const socket = call('socket', family === 6 ? 10 : 2, 1, 0);
        return callNumbered(numberOf('connect'), socket, address, address.byteLength);
      },
      given: channel,
      proof: (lab) => lab.came(channel),
    }),
  ),
  {
    id: 'connect-local-api',
    what: "ask Gata's local API",
    attack: ({ http }, { ports }) =>
      new Promise((resolve, reject) => {
        const request = http.get({ host: '127.0.0.1', port: ports.tcp4, path: '/v1/status' }, resolve);
        // The listener hangs up without an answer: that it was reached is what counts.
        request.on('error', (error) =>
          'code' in error && error.code === 'ECONNRESET' ? resolve('reached') : reject(error),
        );
      }),
    proof: (lab) => lab.came('tcp4'),
  },
  {
    id: 'connect-fast-open',
    what: 'send with TCP fast open, without connecting',
    attack: ({ call, socketAddress }, { ports, nonce }) => {
      const address = socketAddress({ port: ports.tcp4 });
      const socket = call('socket', 2, 1, 0);
      return call('sendto', socket, nonce, nonce.length, 0x20000000, address, address.byteLength);
    },
    proof: (lab) => lab.came('tcp4'),
  },
  {
    id: 'connect-multipath',
    what: 'connect by multipath TCP',
    attack: ({ call, socketAddress }, { ports }) => {
      const address = socketAddress({ port: ports.tcp4 });
      return call('connect', call('socket', 2, 1, 262), address, address.byteLength);
    },
    proof: (lab) => lab.came('tcp4'),
  },
  {
    id: 'connect-shared-memory-communications',
    what: 'connect by SMC, which falls back to TCP',
    attack: ({ call, socketAddress }, { ports }) => {
      const address = socketAddress({ port: ports.tcp4 });
      return call('connect', call('socket', 43, 1, 0), address, address.byteLength);
    },
    proof: (lab) => lab.came('tcp4'),
  },
  ...(['udp4', 'udp6'] as const).map(
    (channel): Attempt => ({
      id: `send-${channel}`,
      what: `send a datagram over IPv${channel.slice(-1)}`,
      attack: ({ call, socketAddress }, { ports, nonce }, given) => {
        const family = given === 'udp6' ? 6 : 4;
        const address = socketAddress({ port: family === 6 ? ports.udp6 : ports.udp4, family });
        const socket = call('socket', family === 6 ? 10 : 2, 2, 0);
        return call('sendto', socket, nonce, nonce.length, 0, address, address.byteLength);
      },
      given: channel,
      proof: (lab) => lab.came(channel),
    }),
  ),
  {
    id: 'ask-name-server',
    what: 'carry data out by DNS',
    attack: async ({ dns }, { ports, nonce }) => {
      const resolver = new dns.Resolver({ timeout: 50, tries: 1 });
      resolver.setServers([`127.0.0.1:${ports.udp4}`]);
      return resolver.resolve4(`${nonce}.example.invalid`).catch((error) => {
        if (error.code !== 'ETIMEOUT') throw error;
        return 'asked';
      });
    },
    proof: (lab) => lab.came('udp4'),
  },
  ...(['path', 'abstract', 'bus', 'screen', 'abstractScreen'] as const).map(
    (name): Attempt => ({
      id: `connect-unix-${name}`,
      what: {
        path: "connect to another program's Unix socket",
        abstract: "connect to another program's abstract Unix socket",
        bus: "speak to the user's message bus (D-Bus)",
        screen: 'speak to the screen (X11)',
        abstractScreen: 'speak to the screen (X11, abstract socket)',
      }[name],
      attack: ({ call, socketAddress }, { sockets }, given) => {
        const path = Object.entries(sockets).find(([key]) => key === given)?.[1] ?? '';
        const address = socketAddress({ path });
        return call('connect', call('socket', 1, 1, 0), address, address.byteLength);
      },
      given: name,
      proof: (lab) => lab.came(name),
    }),
  ),
  {
    id: 'receive-descriptor',
    what: 'be handed an open file by an accomplice outside (SCM_RIGHTS)',
    attack: async ({ call, tryCall, socketAddress, vector, addressOf, fs, sleep }, { sockets }) => {
      const address = socketAddress({ path: sockets.path });
      const socket = call('socket', 1, 1, 0);
      call('connect', socket, address, address.byteLength);
      const text = Buffer.alloc(64);
      const parts = vector(text);
      const control = Buffer.alloc(64);
      const header = Buffer.alloc(56);
      header.writeBigUInt64LE(addressOf(parts), 16);
      header.writeBigUInt64LE(1n, 24);
      header.writeBigUInt64LE(addressOf(control), 32);
      header.writeBigUInt64LE(BigInt(control.byteLength), 40);
      await sleep(50);
      // Without waiting: nobody may be there.
      const length = tryCall('recvmsg', socket, header, 0x40);
      return `${length} ${control.readUInt32LE(0) > 16 ? fs.readFileSync(control.readInt32LE(16), 'utf8') : ''}`;
    },
    proof: (lab) => lab.came('path'),
  },
  {
    id: 'listen-tcp',
    what: 'open a port to others',
    attack: ({ net }, { nonce }) =>
      new Promise((resolve, reject) => {
        const server = net.createServer((socket) => socket.end(nonce));
        server.on('error', reject);
        server.listen(0, '127.0.0.1', () => {
          const address = server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : 'none');
        });
        server.unref();
      }),
    proof: (lab, value) => lab.reaches(Number(value)),
  },
  ...(
    [
      ['netlink-route', 'see and change the network (netlink route)', '16 3 0'],
      ['netlink-processes', 'watch every process start (netlink connector)', '16 3 11'],
      ['netlink-events', "watch the kernel's events (netlink uevent)", '16 3 15'],
      ['netlink-audit', 'speak to the audit system (netlink audit)', '16 3 9'],
      ['netlink-firewall', 'speak to the firewall (netlink netfilter)', '16 3 12'],
      ['raw-ip', 'send raw IP packets', '2 3 255'],
      ['raw-icmp', 'send pings (raw)', '2 3 1'],
      ['ping', 'send pings', '2 2 1'],
      ['packet', 'listen to the network card (packet socket)', '17 3 768'],
      ['vsock', "reach the machine's host (vsock)", '40 1 0'],
      ['crypto', "use the kernel's ciphers (AF_ALG)", '38 5 0'],
      ['bluetooth', 'reach Bluetooth devices', '31 3 1'],
      ['can', 'reach a vehicle bus (CAN)', '29 3 1'],
      ['sctp', 'connect by SCTP', '2 1 132'],
      ['rds', 'open an RDS socket', '21 5 0'],
      ['tipc', 'open a TIPC socket', '30 1 0'],
      ['xdp', 'take packets from the card (XDP)', '44 3 0'],
      ['unix-datagram', 'open a Unix datagram socket', '1 2 0'],
    ] as const
  ).map(
    ([name, what, given]): Attempt => ({
      id: `socket-${name}`,
      what,
      attack: ({ call }, _targets, words) => {
        const [family = 0, type = 0, protocol = 0] = words.split(' ').map(Number);
        return call('close', call('socket', family, type, protocol));
      },
      given,
    }),
  ),
  {
    id: 'see-interfaces',
    what: 'see the network cards and their addresses',
    attack: ({ os }) => {
      const names = Object.entries(os.networkInterfaces()).filter(([, all]) =>
        all?.some((each) => !each.internal),
      );
      if (names.length === 0) throw new Error('none');
      return names.map(([name]) => name).join(' ');
    },
  },
];
