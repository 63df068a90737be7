import { type Attempt, tellsSecret } from './attempt.ts';

const PROGRAMS = [
  '/bin/sh',
  '/usr/bin/env',
  '/usr/bin/bwrap',
  '/usr/bin/su',
  '/usr/bin/perl',
  '/usr/bin/setpriv',
];
const LOADERS = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'];

/**
 * Starting other programs. One that runs in the same sandbox gains nothing, so what counts is what it gets: the
 * program that is started copies a file of the user's to where the attacker can read it.
 */
export const PROGRAMS_ATTEMPTS: readonly Attempt[] = [
  ...PROGRAMS.map(
    (program): Attempt => ({
      id: `start-${program.split('/').at(-1)}`,
      what: `start ${program}`,
      attack: ({ childProcess }, _targets, given) => {
        const { error } = childProcess.spawnSync(given, ['--version'], { stdio: 'ignore', timeout: 3000 });
        if (error) throw error;
        return 'started';
      },
      given: program,
    }),
  ),
  {
    id: 'start-node',
    what: 'read a file of the user with a Node of its own',
    attack: ({ childProcess }, { secrets }) => {
      const script = `process.stdout.write(require('node:fs').readFileSync(${JSON.stringify(secrets.document)}))`;
      const { error, stdout } = childProcess.spawnSync(process.execPath, ['-e', script], { timeout: 5000 });
      if (error) throw error;
      return String(stdout);
    },
    proof: tellsSecret,
  },
  {
    id: 'start-node-connect',
    what: 'connect with a Node of its own',
    attack: ({ childProcess }, { ports }) => {
      const script = `require('node:net').connect(${ports.tcp4}, '127.0.0.1').on('connect', () => process.exit(7))`;
      const { error, status } = childProcess.spawnSync(process.execPath, ['-e', script], { timeout: 5000 });
      if (error) throw error;
      return status;
    },
    proof: (lab) => lab.came('tcp4'),
  },
  {
    id: 'start-users-program',
    what: "run a program of the user's",
    attack: ({ childProcess, fs, temporary }, { secrets, program, nonce }) => {
      const copy = `${temporary}/${nonce}-copy`;
      const { error } = childProcess.spawnSync(program, ['read', secrets.document, copy], { timeout: 3000 });
      if (error) throw error;
      return fs.readFileSync(copy, 'utf8');
    },
    proof: tellsSecret,
  },
  {
    id: 'start-setuid-program',
    what: 'become root by a setuid program',
    attack: ({ childProcess, fs, temporary }, { setuidProgram, nonce }) => {
      const copy = `${temporary}/${nonce}-rights`;
      const { error } = childProcess.spawnSync(setuidProgram, ['rights', copy], { timeout: 3000 });
      if (error) throw error;
      return `user ${fs.readFileSync(copy, 'utf8')}`;
    },
    proof: (_lab, value) => value === 'user 0',
  },
  {
    id: 'start-own-file',
    what: 'write a program and start it',
    attack: ({ childProcess, fs, temporary }, { secrets, programBytes, nonce }) => {
      const file = `${temporary}/${nonce}-program`;
      fs.writeFileSync(file, Buffer.from(programBytes, 'base64'), { mode: 0o755 });
      const copy = `${file}-copy`;
      const { error, status } = childProcess.spawnSync(file, ['read', secrets.document, copy], {
        timeout: 3000,
      });
      if (error) throw error;
      return status === 0 ? fs.readFileSync(copy, 'utf8') : `exit code ${status}`;
    },
    proof: tellsSecret,
  },
  {
    id: 'start-by-loader',
    what: 'start a file that may not be started, by the dynamic loader',
    attack: ({ childProcess, fs, temporary, some }, { secrets, programBytes, nonce }, given) => {
      const file = `${temporary}/${nonce}-loaded`;
      fs.writeFileSync(file, Buffer.from(programBytes, 'base64'), { mode: 0o644 });
      const copy = `${file}-copy`;
      return some(given.split(' '), (loader) => {
        const { error, status } = childProcess.spawnSync(loader, [file, 'read', secrets.document, copy], {
          timeout: 3000,
        });
        if (error) throw error;
        return status === 0 ? fs.readFileSync(copy, 'utf8') : `exit code ${status}`;
      });
    },
    given: LOADERS.join(' '),
    proof: tellsSecret,
  },
  {
    id: 'start-memory-file',
    what: 'start a program that is no file (memfd_create)',
    attack: ({ call, checked, native, fs, temporary }, { secrets, programBytes, nonce }) => {
      const descriptor = call('memfd_create', 'program', 0);
      fs.writeSync(descriptor, Buffer.from(programBytes, 'base64'));
      const copy = `${temporary}/${nonce}-memory-copy`;
      const status = checked(native.runDescriptor(descriptor, 'read', secrets.document, copy));
      if (status >= 126) throw new Error(`exit code ${status}`);
      return status === 0 ? fs.readFileSync(copy, 'utf8') : `exit code ${status}`;
    },
    proof: tellsSecret,
  },
  {
    id: 'start-script',
    what: 'start a script',
    attack: ({ childProcess, fs, temporary }, { nonce }) => {
      const file = `${temporary}/${nonce}-script`;
      fs.writeFileSync(file, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
      const { error, status } = childProcess.spawnSync(file, [], { timeout: 3000 });
      if (error) throw error;
      return `exit code ${status}`;
    },
  },
  {
    id: 'start-with-library',
    what: 'have a program load its library (LD_PRELOAD)',
    attack: ({ childProcess, path }, { secrets }) => {
      const library = path.join(path.dirname(process.argv[1] ?? '/'), 'attacker.node');
      const { error, stdout } = childProcess.spawnSync('/bin/cat', [secrets.document], {
        env: { LD_PRELOAD: library },
        timeout: 3000,
      });
      if (error) throw error;
      return String(stdout);
    },
    proof: tellsSecret,
  },
];
