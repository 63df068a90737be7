import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { X11ForegroundWindow } from '../../../../src/agent/games/signals/foreground-window.x11.linux.ts';
import { XClient } from './support/x-client.ts';
import { hasXvfb, Xvfb } from './support/xvfb.ts';

const logger = pino({ level: 'silent' });
const WINDOWED = { x: 100, y: 100, width: 400, height: 300 };
const WHOLE_SCREEN = { x: 0, y: 0, width: 1280, height: 800 };

describe.skipIf(!hasXvfb)('X11ForegroundWindow', () => {
  let server: Xvfb;

  beforeAll(async () => {
    server = await Xvfb.start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function clientOf(xvfb: Xvfb = server): Promise<XClient> {
    const client = await XClient.connect(xvfb.environment);
    onTestFinished(() => client[Symbol.dispose]());
    return client;
  }

  async function watch(xvfb: Xvfb = server): Promise<X11ForegroundWindow> {
    const signal = new X11ForegroundWindow(logger, xvfb.environment);
    onTestFinished(() => signal[Symbol.dispose]());
    await signal.start();
    return signal;
  }

  it('knows the window that is in front when it starts', async () => {
    const client = await clientOf();
    await client.activate(client.createWindow(WINDOWED));
    await client.sync();
    const signal = await watch();
    expect(signal.value).toEqual({ pid: process.pid, isFullScreen: false });
  });

  it('hears at once when the user goes to another window', async () => {
    const client = await clientOf();
    await client.activate(0);
    await client.sync();
    const signal = await watch();
    expect(signal.value).toBeNull();
    const changed = once(signal, 'change');
    const startedMs = performance.now();
    await client.activate(client.createWindow(WINDOWED));
    await changed;
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(signal.value).toEqual({ pid: process.pid, isFullScreen: false });
  });

  it.skipIf(!existsSync('/usr/bin/xev'))(
    'tells the process of a program that knows nothing of EWMH',
    async () => {
      const program = spawn('/usr/bin/xev', { env: server.environment, stdio: ['ignore', 'pipe', 'ignore'] });
      onTestFinished(() => void program.kill());
      let output = '';
      program.stdout.on('data', (chunk) => {
        output += String(chunk);
      });
      const id = await vi.waitFor(() => {
        const window = /window (0x[0-9a-f]+)/.exec(output)?.[1];
        if (window === undefined) throw new Error('no window yet');
        return Number(window);
      });
      const client = await clientOf();
      const signal = await watch();
      await client.activate(id);
      await vi.waitFor(() => expect(signal.value?.pid).toBe(program.pid));
      // The window goes with its program; nobody corrects the root window's property here.
      program.kill();
      await vi.waitFor(() => expect(signal.value).toBeNull());
    },
  );

  it('believes the server, not the window, about its process', async () => {
    const client = await clientOf();
    const signal = await watch();
    const window = client.createWindow(WINDOWED);
    // As in a container, where the program believes that it is number 7.
    await client.setNumbers(window, '_NET_WM_PID', [7]);
    await client.activate(window);
    await vi.waitFor(() => expect(signal.value?.pid).toBe(process.pid));
  });

  it('sees a window that goes full screen, by its state or by its size', async () => {
    const client = await clientOf();
    const signal = await watch();
    const window = client.createWindow(WINDOWED);
    await client.activate(window);
    await vi.waitFor(() => expect(signal.value?.isFullScreen).toBe(false));
    await client.setAtoms(window, '_NET_WM_STATE', ['_NET_WM_STATE_FULLSCREEN']);
    await vi.waitFor(() => expect(signal.value?.isFullScreen).toBe(true));
    await client.setAtoms(window, '_NET_WM_STATE', []);
    await vi.waitFor(() => expect(signal.value?.isFullScreen).toBe(false));
    client.moveResize(window, WHOLE_SCREEN);
    await vi.waitFor(() => expect(signal.value?.isFullScreen).toBe(true));
  });

  it('does not take the desktop or a maximised window for full screen', async () => {
    const client = await clientOf();
    const signal = await watch();
    const game = client.createWindow(WHOLE_SCREEN);
    await client.activate(game);
    await vi.waitFor(() => expect(signal.value?.isFullScreen).toBe(true));
    await client.setAtoms(game, '_NET_WM_STATE', [
      '_NET_WM_STATE_MAXIMIZED_VERT',
      '_NET_WM_STATE_MAXIMIZED_HORZ',
    ]);
    await vi.waitFor(() => expect(signal.value?.isFullScreen).toBe(false));
    await client.setAtoms(game, '_NET_WM_STATE', []);
    await vi.waitFor(() => expect(signal.value?.isFullScreen).toBe(true));
    await client.setAtoms(game, '_NET_WM_WINDOW_TYPE', ['_NET_WM_WINDOW_TYPE_DESKTOP']);
    await vi.waitFor(() => expect(signal.value?.isFullScreen).toBe(false));
  });

  it('lives through windows that vanish while it looks', async () => {
    const client = await clientOf();
    const signal = await watch();
    for (let round = 0; round < 200; round += 1) {
      const window = client.createWindow(WINDOWED);
      await client.activate(window);
      client.destroyWindow(window);
    }
    const last = client.createWindow(WHOLE_SCREEN);
    await client.activate(last);
    await vi.waitFor(() => expect(signal.value).toEqual({ pid: process.pid, isFullScreen: true }));
  });

  it('lives through an active window that never was one, and properties of every form', async () => {
    const client = await clientOf();
    const signal = await watch();
    await client.activate(0xffffffff);
    await client.activate(1);
    const window = client.createWindow(WHOLE_SCREEN);
    await client.setNumbers(
      window,
      '_NET_WM_STATE',
      Array.from({ length: 50_000 }, (_, index) => 10_000_000 + index),
    );
    await client.setText(window, '_NET_WM_WINDOW_TYPE', Buffer.alloc(200_000, 0xff));
    await client.setText(window, '_NET_WM_PID', Buffer.from([0xff, 0xfe, 0x80]));
    await client.activate(window);
    await vi.waitFor(() => expect(signal.value).toEqual({ pid: process.pid, isFullScreen: true }));
  });

  it('reads a server that knows its clients’ processes only from their windows', async () => {
    await using old = await Xvfb.start({ without: ['X-Resource'] });
    const client = await clientOf(old);
    const signal = await watch(old);
    const window = client.createWindow(WINDOWED);
    await client.setNumbers(window, '_NET_WM_PID', [process.ppid]);
    await client.activate(window);
    await vi.waitFor(() => expect(signal.value?.pid).toBe(process.ppid));

    await client.setText(window, 'WM_CLIENT_MACHINE', Buffer.from('another-machine'));
    await client.setNumbers(window, '_NET_WM_PID', [process.pid]);
    await vi.waitFor(() => expect(signal.value).toBeNull());

    await client.setText(window, 'WM_CLIENT_MACHINE', Buffer.from(hostname()));
    await client.setNumbers(window, '_NET_WM_PID', [process.pid]);
    await vi.waitFor(() => expect(signal.value?.pid).toBe(process.pid));

    await client.setNumbers(window, '_NET_WM_PID', [0xffffffff]);
    await vi.waitFor(() => expect(signal.value).toBeNull());
  });

  it('shows the cookie of the authority file', async () => {
    await using guarded = await Xvfb.start({ cookie: Buffer.alloc(16, 7) });
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line) => lines.push(line) });
    using welcome = new X11ForegroundWindow(log, guarded.environment);
    await welcome.start();
    expect(lines).toEqual([]);
    using stranger = new X11ForegroundWindow(log, { ...guarded.environment, XAUTHORITY: '/nowhere' });
    await stranger.start();
    expect(stranger.value).toBeNull();
    expect(lines.join()).toContain('the X server refuses');
  });

  it('finds a server that comes back', async () => {
    const first = await Xvfb.start();
    onTestFinished(() => first[Symbol.asyncDispose]());
    const before = await clientOf(first);
    const signal = await watch(first);
    await before.activate(before.createWindow(WINDOWED));
    await vi.waitFor(() => expect(signal.value?.pid).toBe(process.pid));
    await first.stop();
    await vi.waitFor(() => expect(signal.value).toBeNull());
    const second = await Xvfb.start({ display: first.display });
    onTestFinished(() => second[Symbol.asyncDispose]());
    const after = await clientOf(second);
    await after.activate(after.createWindow(WINDOWED));
    await vi.waitFor(() => expect(signal.value?.pid).toBe(process.pid), { timeout: 15_000 });
  });

  it.each([
    ['no display', {}],
    ['a display of another machine', { DISPLAY: 'elsewhere:10.0' }],
    ['a display where nobody listens', { DISPLAY: ':59999' }],
    ['nonsense', { DISPLAY: '\0:😀' }],
  ])('says once why it knows nothing: %s', async (_, environment) => {
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line) => lines.push(line) });
    using signal = new X11ForegroundWindow(log, environment);
    await signal.start();
    expect(signal.value).toBeNull();
    expect(lines).toHaveLength(1);
  });
});
