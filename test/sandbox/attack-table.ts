import type { AttackReport } from './attack-report.ts';

/** What this machine cannot try, and where it is tried or described instead. */
const NOT_CHECKABLE_HERE = [
  'Windows: the restricted token, the job and the AppContainer (test/confine/windows under Wine; docs/unverified.md)',
  "NVIDIA's device nodes and driver: there is no card",
  'A camera, microphone, keyboard or screen that exists: the attempts meet no such device even unconfined',
];

const MARKS = { refused: '-', contained: 'c', escaped: 'E' };

/** The attempts as rows and the runs as columns, in text. */
export function attackTable(runs: ReadonlyMap<string, AttackReport>): string {
  const names = [...runs.keys()];
  const first = [...runs.values()].toSorted((a, b) => b.outcomes.length - a.outcomes.length)[0];
  const rows = (first?.outcomes ?? []).map(({ id, what, category }) => {
    const marks = names.map((name) => {
      const outcome = runs.get(name)?.outcomes.find((each) => each.id === id);
      return outcome === undefined ? ' ' : MARKS[outcome.outcome];
    });
    return `${marks.join('  ')}  ${category.padEnd(10)} ${what}`;
  });
  return [
    'What a model that has taken over its worker tries, and what comes of it:',
    '  - refused   c ran and reached nothing outside   E got out   (blank: not tried)',
    ...names.map((name, index) => `${'|  '.repeat(index)}┌─ ${name}: ${countsOf(runs.get(name))}`),
    ...rows,
    'Not checkable here:',
    ...NOT_CHECKABLE_HERE.map((line) => `  ${line}`),
  ].join('\n');
}

function countsOf(report: AttackReport | undefined): string {
  const outcomes = report?.outcomes ?? [];
  const count = (kind: string) => outcomes.filter(({ outcome }) => outcome === kind).length;
  return `${outcomes.length} attempts, ${count('refused')} refused, ${count('contained')} contained, ${count('escaped')} got out`;
}
