import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GUARD_EXIT } from '../../../src/gpu/guard/guard-exit.ts';
import { GuardLock } from '../../../src/gpu/guard/guard-lock.ts';
import { GuardProgram } from '../../../src/gpu/guard/guard-program.ts';
import type { FromGuard } from '../../../src/shared/gpu-guard-protocol.ts';

/** The guard without its frames, which Node cannot write to Wine's pipes; says in JSON what it did. */
const [libraryPath = ''] = process.argv.slice(2);
const journalPath = join(tmpdir(), `gata-guard-${process.pid}.json`);
const received: FromGuard[] = [];
const log: string[] = [];

const program = new GuardProgram({
  journalPath,
  libraryPath,
  helperSocket: '\\\\.\\pipe\\gata-gpu-helper-that-is-not-there',
  send: (message) => received.push(message),
  log: (line) => log.push(line),
});

/** Waits for a message, as the agent would. */
async function message<T extends FromGuard['type']>(type: T): Promise<Extract<FromGuard, { type: T }>> {
  for (;;) {
    const found = received.find((each): each is Extract<FromGuard, { type: T }> => each.type === type);
    if (found !== undefined) return found;
    await sleep(20);
  }
}

const exit = program.run();
const { devices, authority } = await message('devices');
await message('samples');
const uuid = devices[0]?.uuid ?? '';
program.take({ type: 'hold', uuid, limits: { powerLimitMilliwatts: 150_000, acousticThresholdC: 70 } });
const held = await message('held');
const journal: unknown = JSON.parse(readFileSync(journalPath, 'utf8'));
const second = await GuardLock.acquire(journalPath, 300);
program.end(GUARD_EXIT.ended);
const exitCode = await exit;
const third = await GuardLock.acquire(journalPath, 2000);
console.log(
  JSON.stringify({
    authority,
    held,
    journal,
    second: second !== undefined,
    third: third !== undefined,
    isJournalGone: !existsSync(journalPath),
    exitCode,
    log,
  }),
);
process.exit(0);
