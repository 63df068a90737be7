import { pino } from 'pino';
import { describe, expect, it, vi } from 'vitest';
import { KeptConnection } from '../../../../src/agent/games/signals/kept-connection.ts';
import { UnavailableError } from '../../../../src/agent/games/signals/unavailable-error.ts';

class Line implements Disposable {
  readonly #end = Promise.withResolvers<string>();
  readonly closed = this.#end.promise;
  isDisposed = false;

  end(): void {
    this.#end.resolve('cut');
  }

  [Symbol.dispose](): void {
    this.isDisposed = true;
    this.#end.resolve('disposed');
  }
}

function keep(connect: () => Promise<Line>, use: () => Promise<void> = async () => undefined) {
  const logged: string[] = [];
  const lost = vi.fn();
  const kept = new KeptConnection<Line>({
    logger: pino({ level: 'info' }, { write: (line) => logged.push(line) }),
    signal: 'test',
    connect,
    use,
    lost,
    firstDelayMs: 5,
  });
  return { kept, lost, logged };
}

describe('KeptConnection', () => {
  it('connects again after each loss', async () => {
    const lines: Line[] = [];
    const { kept, lost } = keep(async () => {
      const line = new Line();
      lines.push(line);
      return line;
    });
    using _kept = kept;
    await kept.start();
    expect(lines).toHaveLength(1);
    lines[0]?.end();
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    expect(lines[0]?.isDisposed).toBe(true);
    lines[1]?.end();
    await vi.waitFor(() => expect(lines).toHaveLength(3));
    expect(lost).toHaveBeenCalledTimes(2);
  });

  it('tries less and less often, and says so once', async () => {
    const times: number[] = [];
    const { kept, logged } = keep(async () => {
      times.push(performance.now());
      throw new Error('not there');
    });
    using _kept = kept;
    await kept.start();
    await vi.waitFor(() => expect(times.length).toBeGreaterThanOrEqual(6), { timeout: 10_000 });
    const [first = 0, , , , fifth = 0, sixth = 0] = times;
    expect(sixth - fifth).toBeGreaterThan((fifth - first) / 2);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('not there');
  });

  it('gives up what this machine will never have', async () => {
    const connect = vi.fn(async () => {
      throw new UnavailableError('no desktop');
    });
    const { kept, logged } = keep(connect);
    using _kept = kept;
    await kept.start();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(connect).toHaveBeenCalledOnce();
    expect(logged).toHaveLength(1);
  });

  it('lets go of a connection that is of no use', async () => {
    const line = new Line();
    const { kept, lost } = keep(
      async () => line,
      async () => {
        throw new UnavailableError('speaks another language');
      },
    );
    using _kept = kept;
    await kept.start();
    expect(line.isDisposed).toBe(true);
    expect(lost).toHaveBeenCalledOnce();
  });

  it('lets go when it is disposed, and tells nobody', async () => {
    const line = new Line();
    const { kept, lost, logged } = keep(async () => line);
    await kept.start();
    kept[Symbol.dispose]();
    await line.closed;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(line.isDisposed).toBe(true);
    expect(lost).not.toHaveBeenCalled();
    expect(logged).toEqual([]);
  });

  it('ends its start when it is disposed before it connects', async () => {
    const coming = Promise.withResolvers<Line>();
    const { kept } = keep(() => coming.promise);
    const started = kept.start();
    kept[Symbol.dispose]();
    await started;
    const late = new Line();
    coming.resolve(late);
    await vi.waitFor(() => expect(late.isDisposed).toBe(true));
  });
});
