import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AttackGround, type AttackUser } from '../support/attacker/attack-ground.ts';
import type { AttackOrder, AttackReport } from './attack-report.ts';
import { attackTable } from './attack-table.ts';
import { ATTEMPTS } from './attempts/all.ts';

const ALL_RUNS_MS = 600_000;
const isRoot = process.getuid?.() === 0;
/** Where the tests are not root's, there is one user to try. */
const USERS: readonly AttackUser[] = isRoot ? ['root', 'ordinary user'] : ['ordinary user'];
const MECHANISMS = (['bubblewrap', 'landlock'] as const).filter(
  (mechanism) => mechanism !== 'bubblewrap' || existsSync('/usr/bin/bwrap'),
);
/** What succeeds unconfined on any Linux, by the user: proof that the attacks are real. */
const WORKS_UNCONFINED = { root: 140, 'ordinary user': 90 };

const attempts = Object.values(ATTEMPTS).flat();
const reports = new Map<string, AttackReport>();
const nameOf = (mechanism: AttackOrder['mechanism'], user: AttackUser) => `${mechanism}, ${user}`;
const escapesOf = (report: AttackReport | undefined) =>
  report?.outcomes.filter(({ outcome }) => outcome === 'escaped').map(({ id, detail }) => `${id}: ${detail}`);

describe.runIf(process.platform === 'linux' && existsSync('/usr/bin/gcc'))(
  'a model that took over its worker',
  () => {
    beforeAll(async () => {
      using ground = await AttackGround.make();
      const runs = (['none', ...MECHANISMS] as const).flatMap((mechanism) =>
        USERS.map((user) => ({ mechanism, user })),
      );
      // Two at a time: each waits a lot.
      const next = async (): Promise<void> => {
        for (let run = runs.shift(); run !== undefined; run = runs.shift()) {
          reports.set(nameOf(run.mechanism, run.user), await ground.run(run.mechanism, run.user));
        }
      };
      await Promise.all([next(), next()]);
    }, ALL_RUNS_MS);
    afterAll(() =>
      console.log(attackTable(new Map([...reports].toSorted(([a], [b]) => a.localeCompare(b))))),
    );

    it('has more than 200 ways to try, each with a name of its own', () => {
      expect(attempts.length).toBeGreaterThan(200);
      expect(new Set(attempts.map(({ id }) => id)).size).toBe(attempts.length);
    });

    it.each(USERS)('gets through by most of them where nothing confines it (%s)', (user) => {
      const report = reports.get(nameOf('none', user));
      expect(escapesOf(report)?.length).toBeGreaterThan(WORKS_UNCONFINED[user]);
      // The tools themselves must work: a mistake in an attack is no defence.
      const broken = report?.outcomes.filter(({ detail }) =>
        /not a function|not defined|is not|attacker\.c/.test(detail),
      );
      expect(broken).toEqual([]);
    });

    for (const mechanism of MECHANISMS) {
      it.each(USERS)(`gets out of ${mechanism} by none of them (%s)`, (user) => {
        const report = reports.get(nameOf(mechanism, user));
        expect(report?.outcomes.length).toBe(attempts.length);
        expect(escapesOf(report)).toEqual([]);
      });
    }
  },
);
