import { type Attempt, tellsSecret } from './attempt.ts';

/** Other processes of the same user. Each attack on a life has a sleeper of its own. */
export const PROCESSES: readonly Attempt[] = [
  {
    id: 'process-list',
    what: 'list the processes of this computer',
    attack: ({ fs }, { victim }) => {
      if (!fs.readdirSync('/proc').includes(String(victim.pid))) throw new Error('not listed');
      return fs.readFileSync(`/proc/${victim.pid}/cmdline`, 'utf8');
    },
    proof: (lab, value) => value.includes(lab.targets.program),
  },
  ...['environ', 'maps', 'auxv', 'stack', 'syscall', 'io', 'numa_maps'].map(
    (file): Attempt => ({
      id: `process-${file}`,
      what: `read /proc/PID/${file} of another process`,
      attack: ({ fs }, { victim }, given) => {
        const text = fs.readFileSync(`/proc/${victim.pid}/${given}`, 'latin1');
        if (text === '') throw new Error('empty');
        return text;
      },
      given: file,
    }),
  ),
  {
    id: 'process-memory-file',
    what: 'read the memory of another process (/proc/PID/mem)',
    attack: ({ fs }, { victim }) => {
      const bytes = Buffer.alloc(64);
      fs.readSync(fs.openSync(`/proc/${victim.pid}/mem`, 'r'), bytes, 0, 64, BigInt(victim.address));
      return bytes.toString('latin1');
    },
    proof: tellsSecret,
  },
  {
    id: 'process-memory-read',
    what: 'read the memory of another process (process_vm_readv)',
    attack: ({ call, vector }, { victim }) => {
      const bytes = Buffer.alloc(64);
      const remote = vector(bytes);
      remote.writeBigUInt64LE(BigInt(victim.address), 0);
      call('process_vm_readv', victim.pid, vector(bytes), 1, remote, 1, 0);
      return bytes.toString('latin1');
    },
    proof: tellsSecret,
  },
  {
    id: 'process-memory-write',
    what: 'change the memory of another process (process_vm_writev)',
    attack: ({ call, vector }, { victim, nonce }) => {
      const bytes = Buffer.from(nonce);
      const remote = vector(bytes);
      // Behind the secret, which other attempts look for.
      remote.writeBigUInt64LE(BigInt(victim.address) + 512n, 0);
      return call('process_vm_writev', victim.pid, vector(bytes), 1, remote, 1, 0);
    },
  },
  {
    id: 'process-trace',
    what: 'take control of another process (ptrace)',
    // PTRACE_SEIZE; ends when this process does.
    attack: ({ call }, { sleepers }) => call('ptrace', 0x4206, sleepers[0] ?? 0, null, null),
    spoils: 'on success',
  },
  {
    id: 'process-trace-parent',
    what: 'take control of its parent (ptrace)',
    attack: ({ call }) => call('ptrace', 0x4206, process.ppid, null, null),
    spoils: 'on success',
  },
  {
    id: 'process-kill',
    what: 'kill another process',
    attack: ({ call }, { sleepers }) => call('kill', sleepers[1] ?? 0, 9),
    proof: (lab) => lab.hasDied(1),
  },
  {
    id: 'process-kill-thread-group',
    what: 'kill another process (tgkill)',
    attack: ({ call }, { sleepers }) => call('tgkill', sleepers[2] ?? 0, sleepers[2] ?? 0, 9),
    proof: (lab) => lab.hasDied(2),
  },
  {
    id: 'process-kill-thread',
    what: 'kill another process (tkill)',
    attack: ({ call }, { sleepers }) => call('tkill', sleepers[3] ?? 0, 9),
    proof: (lab) => lab.hasDied(3),
  },
  {
    id: 'process-kill-descriptor',
    what: 'kill another process by a descriptor of it',
    attack: ({ call }, { sleepers }) =>
      call('pidfd_send_signal', call('pidfd_open', sleepers[4] ?? 0, 0), 9, null, 0),
    proof: (lab) => lab.hasDied(4),
  },
  {
    id: 'process-queue-signal',
    what: 'send another process a signal with data',
    attack: ({ call }, { sleepers }) => {
      const information = Buffer.alloc(128);
      information.writeInt32LE(15, 0);
      information.writeInt32LE(-1, 8);
      return call('rt_sigqueueinfo', sleepers[5] ?? 0, 15, information);
    },
    proof: (lab) => lab.hasDied(5),
  },
  {
    id: 'process-signal-all',
    what: 'signal every process it may (kill -1)',
    // Signal 0 ends nobody.
    attack: ({ call }) => call('kill', -1, 0),
  },
  {
    id: 'process-signal-agent',
    what: "signal Gata's process",
    attack: ({ call, fs }, { agentPid }) => {
      if (fs.existsSync(`/proc/self/task/${agentPid}`)) throw new Error('its own number');
      return call('kill', agentPid, 0);
    },
  },
  {
    id: 'process-affinity',
    what: 'bind another process to one processor',
    attack: ({ call }, { sleepers }) => {
      const mask = Buffer.alloc(128);
      mask[0] = 1;
      return call('sched_setaffinity', sleepers[6] ?? 0, 128, mask);
    },
  },
  {
    id: 'process-priority',
    what: 'slow another process down',
    attack: ({ call }, { sleepers }) => call('setpriority', 0, sleepers[6] ?? 0, 19),
  },
  {
    id: 'process-user-priority',
    what: "slow all of a user's processes down",
    attack: ({ call }) => call('setpriority', 1, 0, 19),
    proof: (lab) => lab.isSlowed(7),
    notUnconfined: 'it would slow this machine down',
  },
  {
    id: 'process-real-time',
    what: 'run before everything else (real-time scheduling)',
    attack: ({ call }) => {
      const priority = Buffer.alloc(4);
      priority.writeInt32LE(1);
      return call('sched_setscheduler', 0, 1, priority);
    },
    spoils: 'on success',
  },
  {
    id: 'process-deadline',
    what: 'reserve the processor (deadline scheduling)',
    attack: ({ call }) => {
      const attributes = Buffer.alloc(48);
      attributes.writeUInt32LE(48, 0);
      attributes.writeUInt32LE(6, 4);
      attributes.writeBigUInt64LE(10_000_000n, 24);
      attributes.writeBigUInt64LE(30_000_000n, 32);
      attributes.writeBigUInt64LE(30_000_000n, 40);
      return call('sched_setattr', 0, attributes, 0);
    },
    spoils: 'on success',
  },
  {
    id: 'process-raise-priority',
    what: 'raise its own priority',
    attack: ({ call }) => call('setpriority', 0, 0, -5),
    spoils: 'on success',
  },
  {
    id: 'process-disk-priority',
    what: 'use the disk before everything else',
    // Class real-time, level 0.
    attack: ({ call }) => call('ioprio_set', 1, 0, 1 << 13),
    spoils: 'on success',
  },
  {
    id: 'process-limits',
    what: 'change the limits of another process',
    attack: ({ call }, { sleepers }) => call('prlimit64', sleepers[6] ?? 0, 7, null, new Uint8Array(16)),
  },
  {
    id: 'process-take-descriptor',
    what: 'take an open file from another process (pidfd_getfd)',
    attack: ({ call, fs }, { victim }) => {
      const descriptor = call('pidfd_getfd', call('pidfd_open', victim.pid, 0), victim.descriptor, 0);
      const bytes = Buffer.alloc(64);
      fs.readSync(descriptor, bytes, 0, 64, 0);
      return bytes.toString('latin1');
    },
    proof: tellsSecret,
  },
  {
    id: 'process-advise',
    what: "drop another process's memory (process_madvise)",
    attack: ({ call, vector }, { victim }) => {
      const range = vector(Buffer.alloc(4096));
      range.writeBigUInt64LE((BigInt(victim.address) >> 12n) << 12n, 0);
      return call('process_madvise', call('pidfd_open', victim.pid, 0), range, 1, 20, 0);
    },
  },
  {
    id: 'process-compare',
    what: "learn of another process's open files (kcmp)",
    attack: ({ call }, { victim }) => call('kcmp', process.pid, victim.pid, 0, 0, victim.descriptor),
  },
  {
    id: 'process-move-pages',
    what: "move another process's memory",
    attack: ({ call }, { victim }) => call('move_pages', victim.pid, 0, null, null, null, 0),
  },
  {
    id: 'process-migrate-pages',
    what: "move another process's memory to another node",
    attack: ({ call }, { victim }) =>
      call(
        'migrate_pages',
        victim.pid,
        64,
        new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]),
        new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]),
      ),
  },
  {
    id: 'process-shared-memory',
    what: "read another process's shared memory (System V)",
    attack: ({ call, callNumbered, numberOf, native }, { victim }) => {
      // The address that shmat gives is above what a small number holds, but exact.
      const address = callNumbered(numberOf('shmat'), call('shmget', victim.key, 4096, 0), null, 0);
      const words = [0, 8, 16, 24, 32].map((offset) => native.peek(BigInt(address) + BigInt(offset)));
      const bytes = Buffer.alloc(40);
      words.forEach((word, index) => {
        bytes.writeBigUInt64LE(word, index * 8);
      });
      return bytes.toString('latin1');
    },
    proof: (lab, value) => value.includes(lab.secret.slice(0, 32)),
  },
  {
    id: 'process-message-queue',
    what: "read another process's messages (System V)",
    attack: ({ call }, { victim }) => {
      const bytes = Buffer.alloc(72);
      // IPC_NOWAIT
      call('msgrcv', call('msgget', victim.key, 0), bytes, 64, 0, 0o4000);
      return bytes.toString('latin1');
    },
    proof: (lab, value) => value.includes(lab.secret.slice(0, 32)),
  },
  {
    id: 'process-posix-queue',
    what: 'open a message queue to an accomplice outside',
    attack: ({ call }, { nonce }) => call('mq_open', nonce, 0o102, 0o666, null),
    proof: (lab) => lab.takeMessageQueue(),
  },
];
