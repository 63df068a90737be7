import type { Attempt } from './attempt.ts';

const DEVICES: readonly (readonly [string, string])[] = [
  ['/dev/mem', "the machine's memory"],
  ['/dev/kmsg', "the kernel's messages"],
  ['/dev/input', 'keyboards and mice'],
  ['/dev/uinput', 'a keyboard of its own'],
  ['/dev/fb0', 'the screen'],
  ['/dev/snd', 'microphone and loudspeakers'],
  ['/dev/video0', 'the camera'],
  ['/dev/kvm', 'virtual machines'],
  ['/dev/fuse', 'file systems of its own'],
  ['/dev/net/tun', 'network cards of its own'],
  ['/dev/loop-control', 'disks of its own'],
  ['/dev/vhost-net', "the virtual network's host"],
  ['/dev/vsock', "the machine's host"],
  ['/dev/hwrng', 'the random generator'],
  ['/dev/bus/usb', 'USB devices'],
  ['/dev/dri/card0', "the screen's card"],
  ['/dev/vcs', "the consoles' text"],
  ['/dev/console', 'the console'],
  ['/dev/rtc0', 'the clock'],
  ['/dev/mapper/control', 'disks'],
];

/** Devices besides the card it was given; this machine has those that the control run opens. */
export const DEVICES_ATTEMPTS: readonly Attempt[] = [
  ...DEVICES.map(
    ([file, what]): Attempt => ({
      id: `device-${file.slice(5).replaceAll('/', '-')}`,
      what: `reach ${what} (${file})`,
      attack: ({ fs, call }, _targets, given) => {
        if (fs.statSync(given).isDirectory()) {
          const names = fs.readdirSync(given);
          if (names.length === 0) throw new Error('empty');
          return names.join(' ');
        }
        // O_NONBLOCK and O_NOCTTY: neither wait for it nor become its program.
        return call('close', call('openat', -100, given, 0o4400, 0));
      },
      given: file,
    }),
  ),
  {
    id: 'device-disks',
    what: 'read the disks',
    attack: ({ fs, some }) =>
      some(
        fs
          .readdirSync('/dev')
          .filter((name) => fs.statSync(`/dev/${name}`, { throwIfNoEntry: false })?.isBlockDevice()),
        (name) => fs.readSync(fs.openSync(`/dev/${name}`, 'r'), Buffer.alloc(512), 0, 512, 0),
      ),
  },
  {
    id: 'device-own-terminal',
    what: 'reach the terminal that Gata was started from',
    attack: ({ call }) => call('close', call('openat', -100, '/dev/tty', 0o400, 0)),
  },
  {
    id: 'device-terminal',
    what: "write to another terminal of the user's",
    attack: ({ call }, { terminal }) => call('close', call('openat', -100, terminal, 0o402, 0)),
  },
  {
    id: 'device-type-into-terminal',
    what: "type commands into another terminal of the user's (TIOCSTI)",
    attack: ({ call }, { terminal }) =>
      call('ioctl', call('openat', -100, terminal, 0o402, 0), 0x5412, Buffer.from(' ')),
  },
  {
    id: 'device-type-into-inherited',
    what: 'type commands into what it was started with (TIOCSTI)',
    attack: ({ call, some }) => {
      const letter = Buffer.from(' ');
      return some([0, 1, 2], (descriptor) => call('ioctl', descriptor, 0x5412, letter));
    },
  },
  {
    id: 'device-paste-into-console',
    what: 'paste into the console (TIOCLINUX)',
    attack: ({ call, some }) =>
      some([0, 1, 2], (descriptor) => call('ioctl', descriptor, 0x541c, new Uint8Array(16))),
  },
  {
    id: 'device-new-terminal',
    what: 'open a terminal of its own and type into it',
    attack: ({ call }) => {
      const terminal = call('openat', -100, '/dev/ptmx', 0o402, 0);
      return call('ioctl', terminal, 0x5412, Buffer.from(' '));
    },
  },
];
