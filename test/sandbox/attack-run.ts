import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { chooseSandbox } from '../../src/agent/sandbox/choose-sandbox.ts';
import { NO_GPU } from '../../src/agent/sandbox/gpu-access.linux.ts';
import { type WorkerLimits, workerLimits } from '../../src/agent/sandbox/resource-limits.ts';
import type { Sandbox } from '../../src/agent/sandbox/sandbox.ts';
import { runSelfTest } from '../../src/agent/sandbox/self-test.ts';
import { Unconfined } from '../../src/agent/sandbox/unconfined.ts';
import { type Answer, AttackSession } from '../support/attacker/attack-session.ts';
import { Lab } from '../support/attacker/lab.ts';
import { type AttackOutcome, attackOrderSchema } from './attack-report.ts';
import { ATTEMPTS } from './attempts/all.ts';
import type { Attempt } from './attempts/attempt.ts';

/** What reached a listener may be told a moment after the attacker's answer. */
const PROOF_MS = 150;
const PROOF_POLL_MS = 10;
const MIB = 1024 ** 2;

// Plays the agent for attackers, under the user that it is started as: one JSON argument, one JSON report.
const order = attackOrderSchema.parse(JSON.parse(process.argv[2] ?? ''));
const { mechanism, nodePath, entryPath } = order;
const program = { nodePath, entryPath };
const sandbox = await sandboxOf();
const outcomes: AttackOutcome[] = [];
await attackAll();
process.stdout.write(JSON.stringify({ outcomes, selfTest: sandbox.describe().selfTest }));

async function sandboxOf(change: Partial<WorkerLimits> = {}): Promise<Sandbox> {
  if (mechanism === 'none') return unconfined();
  const small = workerLimits({ memoryBytes: 2 * 1024 ** 3, processors: availableParallelism() });
  const limits = { ...small, memoryBytes: 512 * MIB, ...change };
  const selfTest = (candidate: Sandbox) => runSelfTest(candidate, { dataFolder: order.folder });
  const chosen = await chooseSandbox({ program, mechanisms: [mechanism], gpu: NO_GPU, limits, selfTest });
  if (chosen.mechanism !== mechanism) throw new Error(chosen.describe().detail);
  return chosen;
}

/** None, with a temporary folder that is removed after all. */
function unconfined(): Sandbox {
  const none = new Unconfined(program, 'for comparison');
  return {
    mechanism: none.mechanism,
    describe: () => none.describe(),
    wrap: (command) => {
      const wrapped = none.wrap(command);
      return { ...wrapped, env: { ...wrapped.env, TMPDIR: order.folder } };
    },
  };
}

/** One that ends a worker as soon as the machine has 512 MiB less than now. */
async function sandboxWithReserve(triesLeft = 5): Promise<Sandbox> {
  const availableKib = Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
  try {
    return await sandboxOf({ reserveBytes: availableKib * 1024 - 512 * MIB });
  } catch (error) {
    // Another program took that much while the sandbox was tried.
    if (triesLeft === 0 || !String(error).includes('of memory left')) throw error;
    return sandboxWithReserve(triesLeft - 1);
  }
}

async function attackAll(): Promise<void> {
  await using lab = await Lab.open(order);
  const model = lab.targets.modelFolderOutside;
  let session: AttackSession | undefined;
  for (const [category, attempts] of Object.entries(ATTEMPTS)) {
    for (const attempt of attempts) {
      if (order.only !== undefined && !order.only.includes(attempt.id)) continue;
      if (mechanism === 'none' && attempt.notUnconfined !== undefined) continue;
      const startMs = performance.now();
      if (attempt.takesMachineMemory) {
        await session?.[Symbol.asyncDispose]();
        session = await AttackSession.start(await sandboxWithReserve(), model);
      } else if (session === undefined || session.isOver) {
        session = await AttackSession.start(sandbox, model);
      }
      const answer = await session.try(attempt.attack, attempt.given, lab.targets);
      const outcome = await judge(attempt, answer, lab);
      if (attempt.spoils === 'always' || (attempt.spoils === 'on success' && answer.ok)) {
        await session[Symbol.asyncDispose]();
      }
      const { id, what } = attempt;
      const took = Math.round(performance.now() - startMs);
      outcomes.push({ id, what, category, outcome, detail: answer.value.slice(0, 300), tookMs: took });
    }
  }
  await session?.[Symbol.asyncDispose]();
}

async function judge(attempt: Attempt, answer: Answer, lab: Lab): Promise<AttackOutcome['outcome']> {
  const { proof } = attempt;
  const value = answer.ok ? answer.value : '';
  if (proof === undefined) return answer.ok ? 'escaped' : 'refused';
  // An attack that failed may still have had its effect.
  const untilMs = performance.now() + (answer.ok ? PROOF_MS : 0);
  for (;;) {
    if (await proof(lab, value)) return 'escaped';
    if (performance.now() >= untilMs) return answer.ok ? 'contained' : 'refused';
    await new Promise((resolve) => setTimeout(resolve, PROOF_POLL_MS));
  }
}
