import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { TaskInput } from '../../src/shared/task.ts';
import type { FromWorker } from '../../src/shared/worker-protocol.ts';
import { builtWorker } from '../support/built-program.ts';
import { demoModel } from '../support/demo-models.ts';
import { startWorkerHost } from '../support/worker-host-process.ts';

const program = await builtWorker();
type Host = ReturnType<typeof startWorkerHost>;

const open: Host[] = [];
afterEach(() => {
  for (const host of open.splice(0)) host.kill();
});

async function hostWithChat(): Promise<Host> {
  const host = startWorkerHost(program);
  open.push(host);
  await host.next();
  host.send({ type: 'load', ...demoModel('npc-chat'), providers: ['cpu'], threads: 1 });
  expect(await host.next()).toMatchObject({ type: 'loaded' });
  return host;
}

const chat = (tokens: number): TaskInput => ({
  kind: 'text.generate',
  prompt: { messages: [{ role: 'user', content: 'Hello there! What can I buy here?' }] },
  sampling: { temperature: 1, topP: 0.95, topK: 50, minTokens: tokens, maxTokens: tokens, stop: [], seed: 7 },
});

let ids = 0;
/** Starts a run; `onChunk` sees how many tokens came so far. */
function run(
  host: Host,
  input: TaskInput,
  onChunk: (tokens: number) => void = () => {},
): Promise<FromWorker> {
  const id = String(++ids);
  host.send({ type: 'run', id, input });
  return (async () => {
    let tokens = 0;
    for (;;) {
      const message = await host.next();
      if (message.type !== 'chunk') return message;
      tokens += message.chunk.tokens.length;
      onChunk(tokens);
    }
  })();
}

function outputOf(message: FromWorker) {
  if (message.type !== 'result') throw new Error(JSON.stringify(message));
  return message.output;
}

/** Processor time of a process so far, in milliseconds. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  // utime and stime, in ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

describe('pacing in a worker', () => {
  it('changes nothing of what is computed, whatever happens to the duty cycle on the way', async () => {
    const host = await hostWithChat();
    const unpaced = outputOf(await run(host, chat(120)));
    host.send({ type: 'pace', dutyCycle: 0.4 });
    expect(outputOf(await run(host, chat(120)))).toEqual(unpaced);
    let changes = 0;
    const changing = run(host, chat(120), () => {
      changes += 1;
      host.send({ type: 'pace', dutyCycle: [0.2, 1, 0.6][changes % 3] });
    });
    expect(outputOf(await changing)).toEqual(unpaced);
    expect(changes).toBeGreaterThan(2);
    const texts = Array.from({ length: 100 }, (_, index) => 'The smith asks for iron. '.repeat(index % 20));
    host.send({ type: 'pace', dutyCycle: 0.5 });
    const paced = outputOf(await run(host, { kind: 'embedding', texts }));
    host.send({ type: 'pace', dutyCycle: 1 });
    expect(outputOf(await run(host, { kind: 'embedding', texts }))).toEqual(paced);
  });

  it.runIf(process.platform === 'linux')('leaves the processor alone for the rest of the time', async () => {
    const host = await hostWithChat();
    await run(host, chat(20));
    host.send({ type: 'pace', dutyCycle: 0.2 });
    const startedMs = performance.now();
    const startedProcessorMs = processorMs(host.pid);
    outputOf(await run(host, chat(300)));
    const share = (processorMs(host.pid) - startedProcessorMs) / (performance.now() - startedMs);
    // Sampling and tokens' texts come on top of the model's 0.2; a busy machine only makes the share smaller.
    expect(share).toBeLessThan(0.4);
  });

  it('keeps its chunks coming at a low duty cycle, and speeds up in the middle of a run', async () => {
    const host = await hostWithChat();
    host.send({ type: 'pace', dutyCycle: 0.01 });
    let seen = 0;
    let raised = false;
    const startedMs = performance.now();
    const running = run(host, chat(400), (tokens) => {
      seen = tokens;
      if (seen < 5 || raised) return;
      raised = true;
      host.send({ type: 'pace', dutyCycle: 1 });
    });
    const result = await running;
    expect(outputOf(result)).toMatchObject({ finishReason: 'length' });
    expect(raised).toBe(true);
    // At 1 % of the time, 400 tokens of a millisecond or more would take longer than 40 s.
    expect(performance.now() - startedMs).toBeLessThan(25_000);
  });

  it('dies at once, and ends with its agent, in the middle of a rest', async () => {
    for (const end of ['kill', 'end'] as const) {
      const host = await hostWithChat();
      host.send({ type: 'pace', dutyCycle: 0.01 });
      void run(host, chat(500));
      await sleep(300);
      const endedMs = performance.now();
      host[end]();
      await host.exit;
      expect(performance.now() - endedMs).toBeLessThan(5000);
    }
  });

  it.each([0, 1.5, Number.NaN])('exits non-zero on the duty cycle %d', async (dutyCycle) => {
    const host = startWorkerHost(program);
    open.push(host);
    await host.next();
    host.send({ type: 'pace', dutyCycle });
    expect(await host.exit).toBe(2);
  });

  it('takes a pace before a model is loaded, and answers nothing to it', async () => {
    const host = startWorkerHost(program);
    open.push(host);
    await host.next();
    host.send({ type: 'pace', dutyCycle: 0.5 });
    host.send({ type: 'load', ...demoModel('digits'), providers: ['cpu'], threads: 1 });
    expect(await host.next()).toMatchObject({ type: 'loaded' });
  });
});
