import type { Attempt } from './attempt.ts';

/** More of any of these than a worker may have. Each attack stops there by itself. */
const TOO_MANY = {
  processes: '200',
  threads: '3000',
  descriptors: '16000',
  /** The run keeps the rest of the machine's memory but half a gibibyte free, so this much is never taken. */
  machineMemoryBytes: String(2560 * 1024 ** 2),
  memoryBytes: String(896 * 1024 ** 2),
  diskBytes: String(1024 ** 3),
};

/** Taking all of something. */
export const RESOURCES: readonly Attempt[] = [
  {
    id: 'bomb-processes',
    what: `start ${TOO_MANY.processes} processes`,
    attack: ({ native, checked }, _targets, given) => {
      const made = checked(native.forkMany(Number(given)));
      if (made < Number(given)) throw new Error(`${made} processes`);
      return `${made} processes`;
    },
    given: TOO_MANY.processes,
    spoils: 'always',
  },
  {
    id: 'bomb-threads',
    what: `start ${TOO_MANY.threads} threads`,
    attack: async ({ native, sleep }, _targets, given) => {
      const made = native.threadMany(Number(given));
      // Time for whoever counts them.
      await sleep(2000);
      if (made < Number(given)) throw new Error(`${made} threads`);
      return `${made} threads`;
    },
    given: TOO_MANY.threads,
    spoils: 'always',
  },
  {
    id: 'bomb-memory',
    what: 'take 896 MiB of memory where 512 MiB are allowed',
    attack: ({ native, checked }, _targets, given) =>
      `${checked(native.fillMemory(Number(given), 2000))} bytes`,
    given: TOO_MANY.memoryBytes,
    spoils: 'always',
  },
  {
    id: 'bomb-memory-file',
    what: 'take the memory of the machine by files in memory (memfd_create)',
    attack: async ({ call, fs, sleep }, _targets, given) => {
      // A limit on the size of one file does not hold many.
      const block = Buffer.alloc(16 * 1024 * 1024, 1);
      let written = 0;
      while (written < Number(given)) {
        const descriptor = call('memfd_create', 'bomb', 0);
        for (let part = 0; part < 8; part++) written += fs.writeSync(descriptor, block);
      }
      await sleep(2000);
      return `${written} bytes`;
    },
    given: TOO_MANY.machineMemoryBytes,
    spoils: 'always',
    takesMachineMemory: true,
    notUnconfined: 'it would take the memory of this machine',
  },
  {
    id: 'bomb-memory-hidden',
    what: 'take the memory of the machine by shared memory that it shows no longer',
    attack: ({ native, checked }, _targets, given) =>
      `${checked(native.hideMemory(Number(given), 2000))} bytes`,
    given: TOO_MANY.machineMemoryBytes,
    spoils: 'always',
    takesMachineMemory: true,
    notUnconfined: 'it would take the memory of this machine',
  },
  {
    id: 'bomb-descriptors',
    what: `hold ${TOO_MANY.descriptors} files open`,
    attack: ({ tryCall }, _targets, given) => {
      let made = 0;
      while (made < Number(given) && tryCall('dup', 0) >= 0) made++;
      if (made < Number(given)) throw new Error(`${made} descriptors`);
      return `${made} descriptors`;
    },
    given: TOO_MANY.descriptors,
    spoils: 'always',
  },
  {
    id: 'bomb-disk',
    what: 'write a gibibyte to its temporary folder',
    attack: async ({ fs, temporary, sleep }, { nonce }, given) => {
      const file = `${temporary}/${nonce}-bomb`;
      const block = Buffer.alloc(8 * 1024 * 1024, 1);
      const opened = fs.openSync(file, 'w');
      let written = 0;
      try {
        while (written < Number(given)) written += fs.writeSync(opened, block);
      } finally {
        fs.closeSync(opened);
      }
      await sleep(1000);
      return `${written} bytes`;
    },
    given: TOO_MANY.diskBytes,
    spoils: 'always',
    notUnconfined: 'it would fill the disk of this machine',
  },
  {
    id: 'bomb-files',
    what: 'write five files of a gibibyte in all',
    attack: async ({ fs, temporary, sleep }, { nonce }, given) => {
      const block = Buffer.alloc(8 * 1024 * 1024, 1);
      const files = [1, 2, 3, 4, 5].map((number) => `${temporary}/${nonce}-bomb-${number}`);
      let written = 0;
      for (const file of files) {
        const opened = fs.openSync(file, 'w');
        for (let part = 0; part < Number(given) / files.length; part += block.byteLength) {
          written += fs.writeSync(opened, block);
          // The watch over it runs outside; this gives it a turn on a busy machine.
          await sleep(10);
        }
      }
      await sleep(1000);
      return `${written} bytes`;
    },
    given: TOO_MANY.diskBytes,
    spoils: 'always',
    notUnconfined: 'it would fill the disk of this machine',
  },
];
