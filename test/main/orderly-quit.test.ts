import { describe, expect, test } from 'vitest';
import { quitAfter } from '../../src/main/orderly-quit.ts';
import { FakeApp, FakeLockHolder } from '../support/fake-electron.ts';

describe('the orderly quit', () => {
  test('waits for what has to stop first, however often it is asked for', async () => {
    const app = new FakeApp('/app', new FakeLockHolder());
    const stopped = Promise.withResolvers<void>();
    let stops = 0;
    quitAfter(app, () => {
      stops += 1;
      return stopped.promise;
    });
    app.quit();
    app.quit();
    expect(app.hasQuit).toBe(false);
    stopped.resolve();
    await expect.poll(() => app.hasQuit).toBe(true);
    expect(stops).toBe(1);
  });
});
