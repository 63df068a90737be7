import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SessionEnd } from '../../src/main/session-end.ts';
import { fakeElectron } from '../support/fake-electron.ts';

function setUp(platform: NodeJS.Platform) {
  const electron = fakeElectron('/app');
  const handBack = vi.fn(async () => {});
  const carryOn = vi.fn();
  const log = pino({ enabled: false });
  const sessionEnd = new SessionEnd(electron, { platform, handBack, carryOn, log });
  return { electron, handBack, carryOn, sessionEnd };
}

describe("the session's end", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is heard on Windows without the dashboard, and hands the jobs back once', () => {
    const { electron, handBack } = setUp('win32');
    const [listener] = electron.baseWindows;
    listener?.emit('query-session-end');
    listener?.emit('session-end');
    expect(handBack).toHaveBeenCalledOnce();
  });

  test('that another program stops lets the agent carry on', () => {
    const { electron, handBack, carryOn } = setUp('win32');
    electron.baseWindows[0]?.emit('query-session-end');
    vi.advanceTimersByTime(29_000);
    expect(carryOn).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2000);
    expect(carryOn).toHaveBeenCalledOnce();
    electron.baseWindows[0]?.emit('query-session-end');
    expect(handBack).toHaveBeenCalledTimes(2);
  });

  test('is the shutdown elsewhere', () => {
    const { electron, handBack, sessionEnd } = setUp('linux');
    expect(electron.baseWindows).toHaveLength(0);
    electron.powerMonitor.emit('shutdown');
    expect(handBack).toHaveBeenCalledOnce();
    sessionEnd[Symbol.dispose]();
    expect(electron.powerMonitor.listenerCount('shutdown')).toBe(0);
  });

  test('leaves nothing behind', () => {
    const { electron, carryOn, sessionEnd } = setUp('win32');
    electron.baseWindows[0]?.emit('query-session-end');
    sessionEnd[Symbol.dispose]();
    vi.advanceTimersByTime(60_000);
    expect(carryOn).not.toHaveBeenCalled();
    expect(electron.baseWindows[0]?.isDestroyed).toBe(true);
  });
});
