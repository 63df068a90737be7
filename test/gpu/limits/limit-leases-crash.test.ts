import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Journal, LimitJournal, type LimitJournalEntry } from '../../../src/gpu/limits/limit-journal.ts';
import { LimitLeases } from '../../../src/gpu/limits/limit-leases.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { Crash, CrashPoint, TestCard, TestCardState } from './test-card.ts';

/** What a journal keeps on the disk, in memory: for many more cases than a disk has time for. */
class MemoryJournal implements Journal {
  readonly bootId = 'boot';
  #entries: readonly LimitJournalEntry[] = [];

  read() {
    return { entries: this.#entries, setAside: null };
  }

  write(entries: readonly LimitJournalEntry[]): void {
    this.#entries = entries;
  }
}

/** A journal in a process that may be killed before, during and after each write. */
class MortalJournal implements Journal {
  readonly bootId = 'boot';
  readonly #kept: Journal;
  readonly #crash: CrashPoint;
  readonly #draft: string | null;

  /** @param draft where a write that is cut short leaves its beginning; null: nowhere */
  constructor(kept: Journal, draft: string | null, crash: CrashPoint) {
    this.#kept = kept;
    this.#draft = draft;
    this.#crash = crash;
  }

  read() {
    this.#crash.step();
    return this.#kept.read();
  }

  write(entries: readonly LimitJournalEntry[]): void {
    this.#crash.step();
    if (this.#draft !== null) writeFileSync(this.#draft, '{"version":1,"entr');
    this.#crash.step();
    this.#kept.write(entries);
    this.#crash.step();
  }
}

const UUIDS = ['GPU-1', 'GPU-2'];
const LEAST = 100_000;
const DEFAULT = 200_000;
const LEASE_MS = 3000;

interface Action {
  do: string;
  card?: number;
  limits?: { powerLimitMilliwatts: number | null; acousticThresholdC: number | null };
}

const wantedWatts = fc.integer({ min: 2, max: 30 }).map((tens) => tens * 10_000);
const limits = fc.record({
  powerLimitMilliwatts: fc.option(wantedWatts),
  acousticThresholdC: fc.option(fc.integer({ min: 40, max: 120 })),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('hold'), card: fc.constantFrom(0, 1), limits }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('check') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart') }) },
);

const originals = fc.record({
  powerMilliwatts: fc.integer({ min: 8, max: 23 }).map((tens) => tens * 10_000),
  acousticC: fc.integer({ min: 65, max: 91 }),
});

class Machine {
  readonly states: TestCardState[];
  readonly #journal: Journal;
  readonly #draft: string | null;
  #nowMs = 0;

  constructor(
    journal: Journal,
    draft: string | null,
    users: readonly { powerMilliwatts: number; acousticC: number }[],
  ) {
    this.#journal = journal;
    this.#draft = draft;
    this.states = users.map((user) => Object.assign(new TestCardState(), user));
  }

  start(crash = new CrashPoint()): LimitLeases {
    return LimitLeases.open({
      journal: new MortalJournal(this.#journal, this.#draft, crash),
      cards: this.states.map((state, index) => new TestCard(UUIDS[index] ?? '', state, crash)),
      clock: { now: () => new Date(this.#nowMs) },
      leaseMs: LEASE_MS,
      log: () => undefined,
    });
  }

  /** Runs until the process dies of `crash`, or of nothing at the end; returns whether it died. */
  run(actions: readonly Action[], crash: CrashPoint): boolean {
    let leases = this.start(crash);
    for (const each of actions) {
      if (each.do === 'restart') leases = this.start(crash);
      if (each.do === 'release') leases.release('agent');
      if (each.do === 'expire') this.#nowMs += LEASE_MS;
      if (each.do === 'expire' || each.do === 'check') leases.check();
      if (each.limits !== undefined) leases.hold('agent', UUIDS[each.card ?? 0] ?? '', each.limits);
      try {
        crash.step();
      } catch {
        return true;
      }
    }
    return false;
  }

  runUntilDead(actions: readonly Action[], crash: CrashPoint): boolean {
    try {
      return this.run(actions, crash);
    } catch (error) {
      // The leases wrap what a card throws; here it can only be the crash.
      if (String(error).includes(new Crash().message)) return true;
      throw error;
    }
  }
}

/** Whatever is not as the users had it, and whatever was set that never may be. */
function wrongs(
  machine: Machine,
  users: readonly { powerMilliwatts: number; acousticC: number }[],
): unknown[] {
  return users.flatMap((user, index) => {
    const { powerMilliwatts, acousticC, written } = machine.states[index] ?? new TestCardState();
    const isBack = powerMilliwatts === user.powerMilliwatts && acousticC === user.acousticC;
    const highest = Math.min(DEFAULT, user.powerMilliwatts);
    const outside = written.filter(
      (value) => value !== user.powerMilliwatts && (value < LEAST || value > highest),
    );
    return [...(isBack ? [] : [{ index, powerMilliwatts, acousticC }]), ...outside];
  });
}

it.each([
  {
    where: 'on the disk',
    numRuns: 5,
    open: (path: string) => new LimitJournal(path, 'boot'),
    isOnDisk: true,
  },
  { where: 'in memory', numRuns: 100, open: () => new MemoryJournal(), isOnDisk: false },
])('puts every limit back at the next start, whenever killed, with its journal $where', (kind) => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'limits.json');
  fc.assert(
    fc.property(
      fc.tuple(originals, originals),
      fc.array(action, { minLength: 1, maxLength: 7 }),
      (users, actions) => {
        for (let steps = 0, isDead = true; isDead; steps += 1) {
          const machine = new Machine(kind.open(path), kind.isOnDisk ? `${path}.draft` : null, users);
          isDead = machine.runUntilDead(actions, new CrashPoint(steps));
          machine.start();
          expect(wrongs(machine, users)).toEqual([]);
          if (kind.isOnDisk) expect(existsSync(path)).toBe(false);
        }
      },
    ),
    { numRuns: kind.numRuns },
  );
});

it('never overwrites what another program set, whenever that was and whenever the process is killed', () => {
  const foreignMilliwatts = fc.integer({ min: 8, max: 22 }).map((tens) => tens * 10_000 + 5000);
  fc.assert(
    fc.property(
      originals,
      fc.array(action, { minLength: 1, maxLength: 4 }),
      foreignMilliwatts,
      fc.array(fc.constantFrom('hold', 'check', 'release', 'restart'), { maxLength: 3 }),
      fc.integer({ min: 0, max: 40 }),
      (user, actions, foreign, later, steps) => {
        const machine = new Machine(new MemoryJournal(), null, [user]);
        const [state] = machine.states;
        if (state === undefined) throw new Error('no card');
        const first = actions.filter((each) => each.limits === undefined || each.card === 0);
        const leases = machine.start();
        for (const each of first) {
          if (each.limits !== undefined) leases.hold('agent', 'GPU-1', each.limits);
          if (each.do === 'release') leases.release('agent');
        }
        state.powerMilliwatts = foreign;
        // Still the same process, and then one that is killed somewhere.
        for (const each of later) if (each === 'check') leases.check();
        machine.runUntilDead(
          later.map((each) => ({
            do: each,
            ...(each === 'hold' && { limits: { powerLimitMilliwatts: 110_000, acousticThresholdC: null } }),
          })),
          new CrashPoint(steps),
        );
        machine.start();
        expect(state.powerMilliwatts).toBe(foreign);
      },
    ),
    { numRuns: 300 },
  );
});
