import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LimitError } from '../../../src/gpu/limits/limit-error.ts';
import { LimitJournal } from '../../../src/gpu/limits/limit-journal.ts';
import { LimitLeases } from '../../../src/gpu/limits/limit-leases.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { TestCard, TestCardState } from './test-card.ts';

const UUID = 'GPU-1';
const power = (milliwatts: number) => ({ powerLimitMilliwatts: milliwatts, acousticThresholdC: null });

let folder: string;
let disposable: Disposable;
let path: string;
let state: TestCardState;
let nowMs: number;
let lines: string[];

beforeEach(() => {
  const temporary = temporaryFolder();
  disposable = temporary;
  folder = temporary.path;
  path = join(folder, 'gpu-limits.json');
  state = new TestCardState();
  nowMs = 1_000_000;
  lines = [];
});
afterEach(() => disposable[Symbol.dispose]());

function open(bootId: string | null = 'boot-1', cards = [new TestCard(UUID, state)]): LimitLeases {
  return LimitLeases.open({
    journal: new LimitJournal(path, bootId),
    cards,
    clock: { now: () => new Date(nowMs) },
    leaseMs: 3000,
    log: (line) => lines.push(line),
  });
}

const journal = (): unknown => JSON.parse(readFileSync(path, 'utf8'));

describe('LimitLeases', () => {
  it('holds both limits as asked, writes them down for the owner only, and puts them back', () => {
    const leases = open();
    expect(leases.hold('a', UUID, { powerLimitMilliwatts: 150_000, acousticThresholdC: 70 })).toEqual({
      uuid: UUID,
      limits: { powerLimitMilliwatts: 150_000, acousticThresholdC: 70 },
      foreign: false,
      problem: null,
    });
    expect(state.powerMilliwatts).toBe(150_000);
    expect(state.acousticC).toBe(70);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(journal()).toMatchObject({
      entries: [
        { control: 'power', original: 200_000, values: [200_000, 150_000], owner: 'a', bootId: 'boot-1' },
        { control: 'acoustic', original: 83, values: [83, 70] },
      ],
    });

    expect(leases.release('a')).toBeNull();
    expect(state.powerMilliwatts).toBe(200_000);
    expect(state.acousticC).toBe(83);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('clamps to half the default, to the default, and to the range of the threshold', () => {
    const leases = open();
    expect(leases.hold('a', UUID, power(1)).limits.powerLimitMilliwatts).toBe(100_000);
    expect(leases.hold('a', UUID, power(10_000_000)).limits.powerLimitMilliwatts).toBe(200_000);
    const threshold = (celsius: number) =>
      leases.hold('a', UUID, { powerLimitMilliwatts: null, acousticThresholdC: celsius }).limits;
    expect(threshold(10).acousticThresholdC).toBe(65);
    expect(threshold(200).acousticThresholdC).toBe(91);
  });

  it('never raises a power limit that the user had lowered, and puts back one above the default', () => {
    state.powerMilliwatts = 120_000;
    const low = open();
    expect(low.hold('a', UUID, power(180_000)).limits.powerLimitMilliwatts).toBe(120_000);
    expect(low.hold('a', UUID, power(110_000)).limits.powerLimitMilliwatts).toBe(110_000);
    low.release('a');
    expect(state.powerMilliwatts).toBe(120_000);

    state.powerMilliwatts = 225_000;
    const high = open();
    expect(high.hold('a', UUID, power(225_000)).limits.powerLimitMilliwatts).toBe(200_000);
    high.release('a');
    expect(state.powerMilliwatts).toBe(225_000);
  });

  it('puts one limit back when only the other is still wanted', () => {
    const leases = open();
    leases.hold('a', UUID, { powerLimitMilliwatts: 150_000, acousticThresholdC: 70 });
    expect(leases.hold('a', UUID, power(150_000)).limits).toEqual(power(150_000));
    expect(state.acousticC).toBe(83);
  });

  it('ends a lease that is not renewed, at the next check', () => {
    const leases = open();
    leases.hold('a', UUID, power(150_000));
    nowMs += 2000;
    leases.renew('a');
    nowMs += 2000;
    leases.check();
    expect(state.powerMilliwatts).toBe(150_000);
    nowMs += 1000;
    leases.check();
    expect(state.powerMilliwatts).toBe(200_000);
  });

  it('refuses a second owner until the first lets go', () => {
    const leases = open();
    leases.hold('a', UUID, power(150_000));
    expect(() => leases.hold('b', UUID, power(120_000))).toThrow(
      expect.objectContaining({ code: 'held-by-another' }),
    );
    expect(state.powerMilliwatts).toBe(150_000);
    leases.release('a');
    leases.hold('b', UUID, power(120_000));
    expect(state.powerMilliwatts).toBe(120_000);
    expect(() => leases.hold('b', 'GPU-2', power(120_000))).toThrow(
      expect.objectContaining({ code: 'unknown-device' }),
    );
  });

  it('puts back what a killed process left, once', () => {
    open().hold('a', UUID, { powerLimitMilliwatts: 150_000, acousticThresholdC: 70 });
    const next = open();
    expect(next.restored).toEqual([UUID]);
    expect(state.powerMilliwatts).toBe(200_000);
    expect(state.acousticC).toBe(83);
    expect(open().restored).toEqual([]);
  });

  it('forgets entries of another boot, because limits do not survive one', () => {
    open().hold('a', UUID, power(150_000));
    // As if the user had set the same value after the restart.
    expect(open('boot-2').restored).toEqual([]);
    expect(state.powerMilliwatts).toBe(150_000);
  });

  it('judges by the value alone where boots have no names', () => {
    open(null).hold('a', UUID, power(150_000));
    expect(open('boot-2').restored).toEqual([UUID]);
    expect(state.powerMilliwatts).toBe(200_000);
  });

  it('leaves a limit alone that another program changed while nobody held it', () => {
    open().hold('a', UUID, power(150_000));
    state.powerMilliwatts = 175_000;
    open();
    expect(state.powerMilliwatts).toBe(175_000);
    expect(lines.join()).toContain('Another program set the power limit');
    state.powerMilliwatts = 150_000;
    open();
    expect(state.powerMilliwatts).toBe(150_000);
  });

  it('notices at a check that another program changed a limit, and keeps its hands off', () => {
    const leases = open();
    leases.hold('a', UUID, { powerLimitMilliwatts: 150_000, acousticThresholdC: 70 });
    expect(leases.check()).toEqual([]);
    state.powerMilliwatts = 200_000;
    expect(leases.check()).toEqual([
      {
        uuid: UUID,
        limits: { powerLimitMilliwatts: null, acousticThresholdC: 70 },
        foreign: true,
        problem: null,
      },
    ]);
    expect(leases.check()).toEqual([]);
    expect(leases.hold('a', UUID, power(140_000))).toMatchObject({
      limits: { powerLimitMilliwatts: null },
      foreign: true,
    });
    expect(state.powerMilliwatts).toBe(200_000);
    leases.release('a');
    state.powerMilliwatts = 180_000;
    leases.hold('a', UUID, power(140_000));
    leases.release('a');
    expect(state.powerMilliwatts).toBe(180_000);
  });

  it('sets nothing when it cannot be written down', () => {
    rmSync(folder, { recursive: true });
    const leases = open();
    expect(() => leases.hold('a', UUID, power(150_000))).toThrow(/No limit is changed/);
    expect(state.written).toEqual([]);
  });

  it('keeps what it holds when a change cannot be written down', () => {
    const leases = open();
    leases.hold('a', UUID, power(150_000));
    rmSync(folder, { recursive: true });
    expect(leases.hold('a', UUID, power(140_000))).toMatchObject({
      limits: { powerLimitMilliwatts: 150_000 },
      problem: expect.stringContaining('No limit is changed'),
    });
    leases.release('a');
    expect(state.powerMilliwatts).toBe(200_000);
  });

  it('tries again until a lost card answers', () => {
    const leases = open();
    leases.hold('a', UUID, power(150_000));
    state.failWith('driver-unavailable');
    expect(leases.release('a')).toContain('is not back yet');
    expect(leases.isRestoring).toBe(true);
    leases.check();
    expect(journal()).toMatchObject({ entries: [{ original: 200_000 }] });
    state.failure = null;
    leases.check();
    expect(leases.isRestoring).toBe(false);
    expect(state.powerMilliwatts).toBe(200_000);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the entry of a card that is not here', () => {
    open().hold('a', UUID, power(150_000));
    expect(open('boot-1', []).isRestoring).toBe(false);
    expect(open().restored).toEqual([UUID]);
  });

  it('keeps the original through a hold that comes before the limit is back', () => {
    const leases = open();
    leases.hold('a', UUID, power(150_000));
    state.failWith('driver-unavailable');
    leases.release('a');
    state.failure = null;
    leases.hold('b', UUID, power(130_000));
    leases.release('b');
    expect(state.powerMilliwatts).toBe(200_000);
  });

  it('says why nothing is held without rights, and leaves nothing in the journal', () => {
    class Unprivileged extends TestCard {
      override setPowerLimitMilliwatts(): void {
        throw new LimitError('not-allowed', 'Only root may set it.');
      }
    }
    const leases = open('boot-1', [new Unprivileged(UUID, state)]);
    expect(() => leases.hold('a', UUID, power(150_000))).toThrow(
      expect.objectContaining({ code: 'not-allowed' }),
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes what the driver made of the value, and puts back from there', () => {
    class Coarse extends TestCard {
      override setPowerLimitMilliwatts(milliwatts: number): void {
        super.setPowerLimitMilliwatts(Math.round(milliwatts / 5000) * 5000);
      }
    }
    open('boot-1', [new Coarse(UUID, state)]).hold('a', UUID, power(151_900));
    expect(state.powerMilliwatts).toBe(150_000);
    open();
    expect(state.powerMilliwatts).toBe(200_000);
  });

  it.each(['', 'x', '{"version":1}', '{"version":2,"entries":[]}', '\0\0\0\0'])(
    'sets a damaged journal aside and names a low limit instead of guessing (%j)',
    (text) => {
      writeFileSync(path, text);
      state.powerMilliwatts = 150_000;
      const leases = open();
      expect(leases.restored).toEqual([]);
      expect(leases.problems.join(' ')).toMatch(/damaged.*150 W, below its default of 200 W/s);
      expect(state.powerMilliwatts).toBe(150_000);
      expect(readdirSync(folder)).toEqual([expect.stringContaining('gpu-limits.json.malformed-')]);
      leases.hold('a', UUID, power(120_000));
      leases.release('a');
      expect(state.powerMilliwatts).toBe(150_000);
    },
  );

  it('opens nothing when the journal cannot be read', () => {
    mkdirSync(path);
    expect(() => open()).toThrow(/could not be read/);
  });
});
