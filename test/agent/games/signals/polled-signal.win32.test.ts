import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { PolledSignal } from '../../../../src/agent/games/signals/polled-signal.win32.ts';

function recorded(): { lines: string[]; logger: pino.Logger } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, logger: pino(stream) };
}

function polled(look: () => number, logger?: pino.Logger): PolledSignal<number | null> {
  return new PolledSignal<number | null>({
    name: 'numbers',
    unknown: null,
    periodMs: 5,
    open: () => look,
    logger,
  });
}

describe('a signal that looks again and again', () => {
  it('has looked once when it has started, and tells of changes only', async () => {
    let looks = 0;
    using signal = polled(() => {
      looks += 1;
      return Math.floor(looks / 10);
    });
    const changes: (number | null)[] = [];
    signal.on('change', () => changes.push(signal.value));
    await signal.start();
    expect(changes).toEqual([0]);
    await vi.waitFor(() => expect(changes).toEqual([0, 1, 2]));
  });

  it('does not know while looks fail, says why once, and goes on', async () => {
    const { lines, logger } = recorded();
    let works = false;
    using signal = polled(() => {
      if (!works) throw new Error('GetNumber failed.');
      return 7;
    }, logger);
    let looks = 0;
    signal.on('change', () => {
      looks += 1;
    });
    await signal.start();
    expect(signal.value).toBeNull();
    works = true;
    await vi.waitFor(() => expect(signal.value).toBe(7));
    works = false;
    await vi.waitFor(() => expect(signal.value).toBeNull());
    expect(looks).toBe(2);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('GetNumber failed.');
  });

  it('stays unknown on a Windows without the call, and says so once', async () => {
    const { lines, logger } = recorded();
    using signal = new PolledSignal<number | null>({
      name: 'numbers',
      unknown: null,
      periodMs: 5,
      open: () => {
        throw new Error('no such library');
      },
      logger,
    });
    await signal.start();
    expect(signal.value).toBeNull();
    expect(lines).toHaveLength(1);
  });

  it('looks no more once disposed of', async () => {
    let looks = 0;
    const signal = polled(() => {
      looks += 1;
      return looks;
    });
    await signal.start();
    await vi.waitFor(() => expect(looks).toBeGreaterThan(2));
    signal[Symbol.dispose]();
    const seen = looks;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(looks).toBe(seen);
  });
});
