import type { Targets } from '../../support/attacker/targets.ts';
import { type Attempt, tellsSecret } from './attempt.ts';

const SECRETS: readonly (readonly [keyof Targets['secrets'], string])[] = [
  ['document', 'read a document in the home folder'],
  ['sshKey', 'read the SSH key'],
  ['browserLogins', "read the browser's saved logins"],
  ['browserCookies', "read the browser's cookies"],
  ['ethereumWallet', 'read an Ethereum wallet'],
  ['bitcoinWallet', 'read a Bitcoin wallet'],
  ['gnupgKey', 'read a GnuPG key'],
  ['shellHistory', "read the shell's history"],
  ['agentTokens', "read the tokens of Gata's local API"],
  ['nodeKey', "read the node's key"],
  ['otherModel', "read another buyer's model"],
];

/** Reading files that are not the worker's. */
export const READING: readonly Attempt[] = [
  ...SECRETS.map(
    ([name, what]): Attempt => ({
      id: `read-${name}`,
      what,
      attack: ({ fs }, { secrets }, given) => {
        const file = Object.entries(secrets).find(([key]) => key === given)?.[1] ?? '';
        return fs.readFileSync(file, 'utf8');
      },
      given: name,
      proof: tellsSecret,
    }),
  ),
  {
    id: 'list-home',
    what: 'list the home folder',
    attack: ({ fs }, { homeFolder }) => fs.readdirSync(homeFolder).join(' '),
    proof: (_lab, value) => value.includes('letter.txt'),
  },
  {
    id: 'list-data-folder',
    what: "list Gata's data folder",
    attack: ({ fs }, { dataFolder }) => fs.readdirSync(dataFolder).join(' '),
    proof: (_lab, value) => value.includes('tokens.json'),
  },
  {
    id: 'read-shadow',
    what: 'read the password hashes of the system',
    attack: ({ fs }) => fs.readFileSync('/etc/shadow', 'utf8'),
    proof: (_lab, value) => value.includes('root:'),
  },
  {
    id: 'read-accounts',
    what: 'read the names of the accounts',
    attack: ({ fs }) => fs.readFileSync('/etc/passwd', 'utf8'),
    proof: (_lab, value) => value.includes('root:'),
  },
  {
    id: 'read-climbing',
    what: 'climb from the model to the home folder',
    attack: ({ fs }, { modelFolder, secrets }) =>
      fs.readFileSync(`${modelFolder}/${'../'.repeat(40)}${secrets.document.slice(1)}`, 'utf8'),
    proof: tellsSecret,
  },
  {
    id: 'read-working-folder',
    what: 'climb from /proc/self/cwd',
    attack: ({ fs }, { secrets }) =>
      fs.readFileSync(`/proc/self/cwd/${'../'.repeat(40)}${secrets.document.slice(1)}`, 'utf8'),
    proof: tellsSecret,
  },
  ...['self', '1', 'parent', 'victim', 'agent'].map(
    (whose): Attempt => ({
      id: `read-root-of-${whose}`,
      what: `read through /proc/PID/root (${whose})`,
      attack: ({ fs }, { secrets, victim, agentPid }, given) => {
        const pids: Record<string, string> = {
          parent: String(process.ppid),
          victim: String(victim.pid),
          agent: String(agentPid),
        };
        return fs.readFileSync(`/proc/${pids[given] ?? given}/root${secrets.document}`, 'utf8');
      },
      given: whose,
      proof: tellsSecret,
    }),
  ),
  {
    id: 'read-descriptor-of-victim',
    what: 'open what another process has open (/proc/PID/fd)',
    attack: ({ fs }, { victim }) => fs.readFileSync(`/proc/${victim.pid}/fd/${victim.descriptor}`, 'utf8'),
    proof: tellsSecret,
  },
  {
    id: 'read-symbolic-link',
    what: 'read through a symbolic link',
    attack: ({ fs, temporary }, { secrets, nonce }) => {
      const link = `${temporary}/${nonce}-symbolic`;
      fs.symlinkSync(secrets.document, link);
      return fs.readFileSync(link, 'utf8');
    },
    proof: tellsSecret,
  },
  {
    id: 'read-hard-link',
    what: 'read through a hard link',
    attack: ({ fs, temporary }, { secrets, nonce }) => {
      const link = `${temporary}/${nonce}-hard`;
      fs.linkSync(secrets.document, link);
      return fs.readFileSync(link, 'utf8');
    },
    proof: tellsSecret,
  },
  {
    id: 'read-own-descriptors',
    what: 'use files and folders that were left open',
    attack: ({ fs, call }, { secrets, homeFolder }) => {
      // From any folder that is open, openat needs no path from the root.
      for (let descriptor = 3; descriptor < 256; descriptor++) {
        try {
          if (!fs.fstatSync(descriptor).isDirectory()) continue;
          const inside = secrets.document.slice(homeFolder.length + 1);
          const opened = call('openat', descriptor, `${'../'.repeat(40)}${secrets.document.slice(1)}`, 0, 0);
          return `${inside}: ${fs.readFileSync(opened, 'utf8')}`;
        } catch {}
      }
      throw new Error('no folder is open');
    },
    proof: tellsSecret,
  },
  {
    id: 'read-openat2',
    what: 'open a file by openat2',
    attack: ({ fs, call }, { secrets }) =>
      fs.readFileSync(call('openat2', -100, secrets.document, new Uint8Array(24), 24), 'utf8'),
    proof: tellsSecret,
  },
  {
    id: 'read-by-handle',
    what: 'open a file by its handle, past all folders',
    attack: ({ fs, call }, { secrets }) => {
      const handle = Buffer.alloc(136);
      handle.writeUInt32LE(128, 0);
      const mount = Buffer.alloc(4);
      const folder = fs.openSync('/', 'r');
      try {
        call('name_to_handle_at', -100, secrets.document, handle, mount, 0);
      } catch {
        // The root folder of ext4, as its handle is there: inode 2, any generation.
        handle.writeUInt32LE(8, 0);
        handle.writeInt32LE(1, 4);
        handle.writeUInt32LE(2, 8);
      }
      return fs.readFileSync(call('open_by_handle_at', folder, handle, 0), 'utf8');
    },
  },
  {
    id: 'read-kernel-memory',
    what: "read the kernel's memory",
    attack: ({ fs, some }) =>
      some(['/proc/kcore', '/dev/mem', '/dev/kmem', '/dev/port'], (file) => {
        const bytes = Buffer.alloc(16);
        return fs.readSync(fs.openSync(file, 'r'), bytes, 0, 16, 0);
      }),
  },
  {
    id: 'read-kernel-log',
    what: "read the kernel's messages",
    attack: ({ fs, some }) =>
      some(['/dev/kmsg', '/proc/kmsg'], (file) => {
        const opened = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
        return fs.readSync(opened, Buffer.alloc(8192), 0, 8192, null);
      }),
  },
  {
    id: 'read-kernel-log-by-call',
    what: "read the kernel's messages by syslog",
    attack: ({ call }) => call('syslog', 3, new Uint8Array(4096), 4096),
  },
  {
    id: 'read-kernel-addresses',
    what: "learn the kernel's addresses",
    attack: ({ fs }) => {
      const line = fs.readFileSync('/proc/kallsyms', 'utf8').split('\n')[0] ?? '';
      if (/^0+ /.test(line) || line === '') throw new Error('no addresses');
      return line;
    },
  },
  {
    id: 'read-connections',
    what: "see this computer's connections",
    attack: ({ fs, some }, { ports }) => {
      const port = `:${ports.tcp4.toString(16).toUpperCase().padStart(4, '0')} `;
      return some(['/proc/net/tcp', '/proc/self/net/tcp', '/proc/1/net/tcp'], (file) => {
        if (!fs.readFileSync(file, 'utf8').includes(port)) throw new Error('another network');
        return 'listed';
      });
    },
  },
  {
    id: 'read-machine-identity',
    what: 'learn which computer this is',
    attack: ({ fs, some }) =>
      some(['/etc/machine-id', '/sys/class/dmi/id/product_uuid', '/sys/class/dmi/id/board_serial'], (file) =>
        fs.readFileSync(file, 'utf8').trim().slice(0, 8),
      ),
  },
];
