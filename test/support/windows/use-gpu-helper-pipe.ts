import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HelperLimits } from '../../../src/gpu/helper/helper-limits.ts';
import { HelperServer } from '../../../src/gpu/helper/helper-server.ts';
import { openNvmlCards } from '../../../src/gpu/helper/nvml-cards.ts';
import { Win32PipeApi } from '../../../src/gpu/helper/windows/pipe-api.win32.ts';
import { PipeListener } from '../../../src/gpu/helper/windows/pipe-listener.ts';
import { LimitJournal } from '../../../src/gpu/limits/limit-journal.ts';
import { monotonicClock } from '../../../src/gpu/limits/monotonic-clock.ts';

/** Runs on Windows: asks a helper on the fake `nvml.dll` over a pipe, as the guard does; prints JSON. */
const [library = '', folder = ''] = process.argv.slice(2);
const log: string[] = [];
const name = `\\\\.\\pipe\\gata-helper-test-${process.pid}`;
using limits = new HelperLimits({
  openCards: () => openNvmlCards(library),
  journal: new LimitJournal(join(folder, 'limits.json'), null),
  clock: monotonicClock,
  log: (line) => log.push(line),
  onDriverGone: (why) => log.push(why),
});
using server = new HelperServer({ verbs: limits, clock: monotonicClock, log: (line) => log.push(line) });
using listener = new PipeListener({ api: new Win32PipeApi(), server, name, allowedSids: ['S-1-5-32-545'] });
const served = listener.serve();
const second = attempt(() => new PipeListener({ api: new Win32PipeApi(), server, name, allowedSids: [] }));

const answers: unknown[] = [];
async function ask(...requests: unknown[]): Promise<void> {
  const socket = createConnection(name);
  await once(socket, 'connect');
  const lines = createInterface(socket);
  for (const request of requests) {
    socket.write(`${typeof request === 'string' ? request : JSON.stringify(request)}\n`);
    const [line] = await once(lines, 'line');
    answers.push(JSON.parse(line));
  }
  socket.destroy();
}

const uuid = openNvmlCards(library).cards[0]?.uuid ?? '';
const hold = (milliwatts: number) => ({
  verb: 'hold',
  uuid,
  limits: { powerLimitMilliwatts: milliwatts, acousticThresholdC: null },
});
const present = () => openNvmlCards(library).cards[0]?.getPowerLimitMilliwatts();
await ask({ verb: 'describe' }, hold(1), { verb: 'renew' });
while (present() !== 200_000) await new Promise((resolve) => setTimeout(resolve, 50));
await ask(hold(150_000), { verb: 'release' }, 'not JSON');
listener[Symbol.dispose]();
await served;
console.log(JSON.stringify({ answers, present: present(), second, log }));
process.exit();

function attempt(make: () => Disposable): string {
  try {
    make()[Symbol.dispose]();
    return 'taken twice';
  } catch (error) {
    return String(error);
  }
}
