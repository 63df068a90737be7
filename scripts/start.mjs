// `npm start`: installs and builds what is missing, then hands over to the supervisor on Node 24.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import {
  checkNodeVersion,
  ensureBuilt,
  ensureDebianPackages,
  ensurePackages,
  fail,
  node24,
  progress,
  root,
} from './prepare.mjs';

const HELP = `npm start -- [flags]

Starts Gata Desktop. Without --gateway it brings its own network on this machine: a gateway, a broker, a
database, a chain and a sample buyer that sends real requests at a gentle pace.

  --headless           no window: prints the dashboard's address
  --once               run until 20 jobs of at least three kinds have finished, print a summary, exit
  --json               print the summary as one JSON line (with --once), or the addresses (without)
  --data-dir FOLDER    where the app keeps its data (with --once: a temporary folder)
  --port PORT          port of the dashboard and the local API on 127.0.0.1
  --gateway URL        use this network instead of the embedded one
  --catalogue-root KEY public root key of that network's model catalogue
  --network-profile FILE  that network's chain and contracts, for the wallet
  --allow-unsandboxed  run models without a working sandbox; not recommended
  --help               this text
`;

function readFlags() {
  try {
    return parseArgs({
      options: {
        headless: { type: 'boolean', default: false },
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'data-dir': { type: 'string' },
        port: { type: 'string' },
        gateway: { type: 'string' },
        'catalogue-root': { type: 'string' },
        'network-profile': { type: 'string' },
        'allow-unsandboxed': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(`${error.message}\n\n${HELP}`);
  }
}

const flags = readFlags();
if (flags.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
if (flags.port !== undefined && !(/^\d+$/.test(flags.port) && Number(flags.port) <= 65535)) {
  fail(`--port takes a number from 0 to 65535, not "${flags.port}".`);
}
if (flags.gateway !== undefined && !(URL.canParse(flags.gateway) && /^https?:/.test(flags.gateway))) {
  fail(`--gateway takes an http:// or https:// address, not "${flags.gateway}".`);
}

checkNodeVersion();
ensurePackages();
if (process.platform === 'linux') {
  const missing = ensureDebianPackages({ bubblewrap: '/usr/bin/bwrap' });
  if (missing.length > 0)
    progress('bubblewrap is not installed, so there is no sandbox for models: apt-get install bubblewrap');
}
ensureBuilt();

const child = spawn(node24, ['scripts/start/supervisor.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
// The supervisor ends the programs it started; a second signal from the terminal reaches it by itself.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
