import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { FakeDriver } from '../../../packages/node-nvml/test/fake-driver/fake-driver.ts';
import {
  SERVICE_UNIT,
  SOCKET_UNIT,
  serviceUnit,
  socketUnit,
} from '../../../src/gpu/helper/install/systemd-units.ts';
import { builtGpuProgram } from '../../support/built-program.ts';
import { DEFAULT_MILLIWATTS, helperTestsMissing, limitsOf } from '../../support/gpu-helper-limits.ts';
import { SystemdMachine, systemdMachineMissing } from '../../support/systemd-machine.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const USER = 65_534;
const BEFORE_REMOVE = join(import.meta.dirname, '../../../scripts/packaging/deb-before-remove.sh');
const LIBRARY_FOLDER = '/usr/local/nvidia/lib64';
/** Lists what an installation makes, but for the test's own drop-in. */
const LEFT = `ls -d ${[
  '/usr/local/lib/gata-gpu-helper',
  '/usr/local/lib/.gata*',
  '/var/lib/gata-gpu-helper',
  '/run/gata-gpu-helper.socket',
  '/etc/systemd/system/gata-gpu-helper.s*',
  '/etc/systemd/system/*/gata-gpu-helper.s*',
].join(' ')} | grep -v service.d`;
/** systemd's own measure, 0 to 10; half of it is that limits need root and CAP_SYS_ADMIN. */
const EXPOSURE_LIMIT = 1.5;

const withoutAnalyze = !existsSync('/usr/bin/systemd-analyze');
const missing = systemdMachineMissing() ?? (await helperTestsMissing());
const installer = missing === undefined ? await builtGpuProgram('install-helper.js') : '';

test.skipIf(withoutAnalyze)('systemd finds no fault with the units', () => {
  using folder = unitFolder();
  const units = [SERVICE_UNIT, SOCKET_UNIT].map((name) => join(folder.path, name));
  const { stderr, status } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.skipIf(withoutAnalyze)('the service is exposed no more than it must be', () => {
  using folder = unitFolder();
  const args = ['security', '--offline=true', '--json=short', `--threshold=${EXPOSURE_LIMIT * 10}`];
  const { stdout, status } = spawnSync('systemd-analyze', [...args, join(folder.path, SERVICE_UNIT)], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toMatchObject({ status: 0 });
});

test.skipIf(missing !== undefined)(
  'installed under a real systemd, it is started by its socket, sandboxed, restarted when killed, and removed',
  { timeout: 240_000 },
  async () => {
    using driver = await FakeDriver.create({ cards: [{ acousticThresholdC: 80 }] });
    await using machine = await SystemdMachine.boot({
      binds: { [LIBRARY_FOLDER]: dirname(driver.libraryPath) },
    });
    const install = (...args: string[]) => machine.run(process.execPath, installer, ...args);
    const shell = (command: string) => machine.run('sh', '-c', command);
    const show = (property: string) =>
      machine.run('systemctl', 'show', '--value', '--property', property, SERVICE_UNIT).stdout.trim();
    // The fake driver's state is a file, unlike a real one's.
    const dropIn = `/etc/systemd/system/${SERVICE_UNIT}.d`;
    shell(
      `mkdir -p ${dropIn}; printf '[Service]\\nReadWritePaths=${LIBRARY_FOLDER}\\n' > ${dropIn}/test.conf`,
    );

    // A first installation that fails half-way, here because the socket cannot be made, leaves nothing.
    shell('mkdir -p /run/gata-gpu-helper.socket/in-the-way');
    const failed = install('install', '--uid', String(USER), '--gid', String(USER));
    expect(failed).toMatchObject({ status: 1, stderr: expect.stringMatching(/systemctl restart/) });
    expect(shell(LEFT).stdout).toBe('/run/gata-gpu-helper.socket\n');
    shell('rm -r /run/gata-gpu-helper.socket');

    // Installing twice is as good as once, and nothing runs before somebody asks.
    for (let times = 0; times < 2; times += 1) {
      expect(install('install', '--uid', String(USER), '--gid', String(USER))).toMatchObject({ status: 0 });
    }
    expect(JSON.parse(install('status').stdout)).toMatchObject({ isReady: true, problems: [] });
    expect(show('ActiveState')).toBe('inactive');

    // Others cannot open the socket; the user can, and the system starts the helper.
    const hold = holdScript('GPU-fa4e0000-0000-4000-8000-000000000000');
    const as = (uid: number) => ['--reuid', String(uid), '--regid', String(uid), '--clear-groups'];
    expect(machine.run('setpriv', ...as(12_345), process.execPath, '-e', hold).stdout).toMatch(/EACCES/);
    const stay = `setpriv ${as(USER).join(' ')} ${process.execPath} -e '${hold}' > /tmp/client.log 2>&1 &`;
    shell(stay);
    await vi.waitFor(() => expect(limitsOf(driver)).toEqual([150_000, 70]), 20_000);

    // What the kernel says of the running helper.
    const pid = show('MainPID');
    const status = shell(`cat /proc/${pid}/status`).stdout;
    // Bit 21 is CAP_SYS_ADMIN.
    expect(status).toMatch(/CapBnd:\s0{10}200000\n/);
    expect(status).toMatch(/CapEff:\s0{10}200000\n/);
    expect(status).toMatch(/NoNewPrivs:\s1\n/);
    expect(status).toMatch(/Seccomp:\s2\n/);
    expect(shell(`nsenter -t ${pid} -n ip -o link 2>/dev/null | wc -l`).stdout.trim()).toMatch(/^[01]$/);
    const rights = shell(
      `nsenter -t ${pid} -m sh -c 'touch /usr/x; touch /etc/x; ls /home /root; ls /var/lib/gata-gpu-helper'`,
    );
    expect(rights.stderr).toMatch(/\/usr\/x.*Read-only[\s\S]*\/etc\/x.*Read-only/);
    expect(rights.stdout).toMatch(/limits\.json/);

    // Killed: what it held is back though its client still waits, and it serves again.
    shell(`kill -KILL ${pid}`);
    await vi.waitFor(() => expect(limitsOf(driver)).toEqual([DEFAULT_MILLIWATTS, 80]), 20_000);
    await vi.waitFor(() => expect(show('ActiveState')).toBe('active'), 20_000);
    expect(show('NRestarts')).toBe('1');
    expect(show('MainPID')).not.toBe(pid);

    // Nobody is connected now: it ends, and stays ended until it is asked.
    await vi.waitFor(() => expect(show('ActiveState')).toBe('inactive'), { timeout: 40_000, interval: 500 });
    shell(stay);
    await vi.waitFor(() => expect(limitsOf(driver)).toEqual([150_000, 70]), 20_000);

    // Removing it while it holds puts limits back, and leaves nothing.
    expect(install('remove')).toMatchObject({ status: 0 });
    expect(limitsOf(driver)).toEqual([DEFAULT_MILLIWATTS, 80]);
    expect(shell(LEFT).stdout).toBe('');
    expect(JSON.parse(install('status').stdout)).toEqual({ version: null, isReady: false, problems: [] });
    expect(install('remove')).toMatchObject({ status: 0 });

    // A package that is upgraded keeps it; one that is removed takes it along.
    install('install', '--uid', String(USER), '--gid', String(USER));
    expect(machine.run(BEFORE_REMOVE, 'upgrade', '9.9.9')).toMatchObject({ status: 0 });
    expect(JSON.parse(install('status').stdout)).toMatchObject({ isReady: true });
    expect(machine.run(BEFORE_REMOVE, 'remove')).toMatchObject({ status: 0 });
    expect(JSON.parse(install('status').stdout)).toMatchObject({ version: null });
  },
);

function unitFolder() {
  const folder = temporaryFolder();
  // A program that is there, so that only the units are judged.
  writeFileSync(join(folder.path, 'node'), '', { mode: 0o755 });
  writeFileSync(join(folder.path, SERVICE_UNIT), serviceUnit({ uid: 1000, folder: folder.path }));
  writeFileSync(join(folder.path, SOCKET_UNIT), socketUnit({ gid: 1000 }));
  return folder;
}

/** A client that holds limits and stays, beating, until it is hung up on. No single quotes: a shell runs it. */
function holdScript(uuid: string): string {
  const hold = JSON.stringify({
    verb: 'hold',
    uuid,
    limits: { powerLimitMilliwatts: 150_000, acousticThresholdC: 70 },
  });
  return [
    'const socket = require("node:net").connect("/run/gata-gpu-helper.socket")',
    'socket.on("error", (error) => console.log(String(error)))',
    'socket.on("data", (bytes) => process.stdout.write(bytes))',
    'socket.on("close", () => process.exit())',
    `socket.write(${JSON.stringify(`${hold}\n`)})`,
    'setInterval(() => socket.write(JSON.stringify({ verb: "renew" }) + "\\n"), 1000)',
  ].join(';');
}
