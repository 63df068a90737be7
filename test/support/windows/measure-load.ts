import { setTimeout as delay } from 'node:timers/promises';
import { createOthersLoad } from '../../../src/agent/games/signals/others-load.win32.ts';
import { OwnProcessorTime } from '../../../src/agent/games/signals/own-processor-time.win32.ts';
import { ProcessorTimes } from '../../../src/agent/games/signals/processor-times.win32.ts';
import { Toolhelp } from '../../../src/agent/games/toolhelp.win32.ts';

/** Runs on Windows: what the processors are said to have done while this process worked; one JSON line. */
const times = new ProcessorTimes();
const own = new OwnProcessorTime();
const toolhelp = new Toolhelp();

function look() {
  const { user, system } = process.cpuUsage();
  return {
    own: own.add([process.pid], toolhelp.processes(), (pid) => times.process(pid), 0n),
    machine: times.machine(),
    cpuSeconds: (user + system) / 1e6,
    atMs: performance.now(),
  };
}

const loads: (number | null)[] = [];
const before = look();
{
  using signal = createOthersLoad(() => [process.pid], { periodMs: 100 });
  await signal.start();
  loads.push(signal.value.processor);
  for (const untilMs = performance.now() + 1_000; performance.now() < untilMs; ) Math.random();
  while (signal.value.processor === null) await delay(20);
  loads.push(signal.value.processor);
}
const after = look();
process.stdout.write(
  `${JSON.stringify({
    loads,
    ownSeconds: (after.own - before.own) / 1e7,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    machineSeconds: (after.machine.total - before.machine.total) / 1e7,
    busySeconds: (after.machine.busy - before.machine.busy) / 1e7,
    elapsedSeconds: (after.atMs - before.atMs) / 1e3,
  })}\n`,
);
