import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CGROUP_FOLDERS = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'];
const NAMESPACES = ['--mount', '--pid', '--uts', '--ipc', '--net', '--cgroup'];
const BOOT_TIMEOUT_MS = 60_000;

/** Why systemd cannot be booted here; undefined when it can. */
export function systemdMachineMissing(): string | undefined {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.getuid?.() !== 0) return 'only root can boot a systemd of its own';
  if (cgroupFolder() === undefined) return 'there is no cgroup2 file system';
  if (!existsSync('/lib/systemd/systemd'))
    return 'systemd is not installed (Debian: apt-get install systemd)';
  if (!readFileSync('/proc/filesystems', 'utf8').includes('overlay'))
    return 'the kernel has no overlay files';
  const tried = spawnSync('unshare', ['--mount', '--pid', '--fork', '--net', '--cgroup', 'true']);
  return tried.status === 0 ? undefined : 'namespaces are not allowed';
}

export interface MachineRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface MachineOptions {
  /** Folders of this machine that are writable in the other, by where they appear there. */
  readonly binds?: Readonly<Record<string, string>>;
}

/**
 * A second system on this machine's files, booted by systemd itself in namespaces of its own: what it writes is
 * forgotten with it. It has no services but those that a test installs.
 */
export class SystemdMachine implements AsyncDisposable {
  /** All that the system has written on its console. */
  console = '';
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #cgroup: string;
  #pid = 0;

  /** @throws Error with the console's last lines when it does not come up. */
  static async boot({ binds = {} }: MachineOptions = {}): Promise<SystemdMachine> {
    const machine = new SystemdMachine(binds);
    try {
      await machine.#awaitBoot();
      return machine;
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(binds: Readonly<Record<string, string>>) {
    this.#folder = mkdtempSync(join(tmpdir(), 'gata-machine-'));
    this.#cgroup = join(cgroupFolder() ?? '', `gata-test-${process.pid}-${Date.now()}`);
    mkdirSync(this.#cgroup);
    // The group is joined before the namespaces are made, so that it is the new system's root.
    const script = `echo $$ > '${this.#cgroup}/cgroup.procs' && exec unshare ${NAMESPACES.join(' ')} --fork --kill-child bash -c "$BOOT"`;
    this.#child = spawn('bash', ['-c', script], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', BOOT: bootScript(this.#folder, binds) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        this.console += text.toString();
      });
    }
  }

  /** Runs a command inside. */
  run(command: string, ...args: string[]): MachineRun {
    const where = ['--target', String(this.#pid), ...NAMESPACES, '--root'];
    return spawnSync('nsenter', [...where, '--', command, ...args], {
      encoding: 'utf8',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      // A shell whose input is a socket takes itself for a remote one and reads the user's settings.
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
  }

  /** Pulls the plug. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve));
      if (this.#pid !== 0) process.kill(this.#pid, 'SIGKILL');
      else this.#child.kill('SIGKILL');
      await ended;
    }
    for (let tries = 0; !removeGroups(this.#cgroup) && tries < 50; tries += 1) await sleep(100);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #awaitBoot(): Promise<void> {
    const until = Date.now() + BOOT_TIMEOUT_MS;
    for (;;) {
      this.#pid = childOf(this.#child.pid) ?? 0;
      const isUp = this.#pid !== 0 && this.run('systemctl', 'is-active', 'gata-test.target').status === 0;
      if (isUp) return;
      if (this.#child.exitCode !== null || Date.now() > until) {
        throw new Error(`systemd does not come up:\n${this.console.slice(-2000)}`);
      }
      await sleep(100);
    }
  }
}

/** An overlay of this system with a /dev, /run and /tmp of its own, and no unit but an empty target. */
function bootScript(folder: string, binds: Readonly<Record<string, string>>): string {
  const mounts = Object.entries(binds).map(
    ([inside, outside]) => `mkdir -p 'root${inside}'; mount --bind '${outside}' 'root${inside}'`,
  );
  return `
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs '${folder}'
cd '${folder}'; mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
${mounts.join('\n')}
mount -t tmpfs tmpfs root/run
mount -t tmpfs tmpfs root/dev
for node in null zero full random urandom tty; do touch root/dev/$node; mount --bind /dev/$node root/dev/$node; done
mkdir root/dev/pts root/dev/shm; ln -s /proc/self/fd root/dev/fd
mount -t proc proc root/proc
mount -t sysfs -o ro sysfs root/sys
mount -t cgroup2 cgroup2 root/sys/fs/cgroup
rm -rf root/etc/systemd/system; mkdir root/etc/systemd/system
printf '[Unit]\\nDescription=All that a test needs\\nWants=sockets.target\\n' > root/etc/systemd/system/gata-test.target
# It would empty /tmp, where this project may lie.
for unit in systemd-tmpfiles-setup.service systemd-tmpfiles-clean.timer tmp.mount; do ln -s /dev/null root/etc/systemd/system/$unit; done
echo 0123456789abcdef0123456789abcdef > root/etc/machine-id
cd root; mkdir .old; pivot_root . .old; umount -l /.old
container=gata-test exec /lib/systemd/systemd --system --unit=gata-test.target --log-target=console --show-status=no
`;
}

function cgroupFolder(): string | undefined {
  return CGROUP_FOLDERS.find((folder) => existsSync(join(folder, 'cgroup.procs')));
}

function childOf(pid: number | undefined): number | undefined {
  const file = `/proc/${pid}/task/${pid}/children`;
  const [first] = existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : [];
  return first === undefined || first === '' ? undefined : Number(first);
}

/** False when a process in one of them has not ended yet. */
function removeGroups(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !removeGroups(join(folder, entry.name))) return false;
    }
    rmdirSync(folder);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}
