import { describe, expect, test } from 'vitest';
import { becomeSingleInstance } from '../../src/main/single-instance.ts';
import { FakeApp, FakeLockHolder } from '../support/fake-electron.ts';

describe('the single instance', () => {
  test('is the first; a later one gives way and brings the first to the front', () => {
    const lock = new FakeLockHolder();
    let shown = 0;
    const show = () => {
      shown += 1;
    };
    expect(becomeSingleInstance(new FakeApp('/app', lock), { hidden: false }, show)).toBe(true);
    expect(becomeSingleInstance(new FakeApp('/app', lock), { hidden: false }, show)).toBe(false);
    expect(shown).toBe(1);
  });

  test('is not disturbed by a hidden start, as at sign-in', () => {
    const lock = new FakeLockHolder();
    let shown = 0;
    const show = () => {
      shown += 1;
    };
    becomeSingleInstance(new FakeApp('/app', lock), { hidden: true }, show);
    becomeSingleInstance(new FakeApp('/app', lock), { hidden: true }, show);
    expect(shown).toBe(0);
  });

  test('shows itself when it does not understand what the later one says', () => {
    const lock = new FakeLockHolder();
    let shown = 0;
    becomeSingleInstance(new FakeApp('/app', lock), { hidden: true }, () => {
      shown += 1;
    });
    lock.app?.emit('second-instance', {}, [], '/', 'nonsense');
    expect(shown).toBe(1);
  });
});
