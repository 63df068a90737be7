import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TIMINGS } from '../../../src/gateway/dispatch/dispatch-timings.ts';
import { newJobState } from '../../../src/gateway/dispatch/job-machine.ts';
import { LiveJob } from '../../../src/gateway/dispatch/live-job.ts';

const TEXTS = ['It', ' was', ' a', ' dark', ' and', ' stormy', ' night', '.'];
const WHOLE = { tokens: TEXTS.map((_, index) => index), text: TEXTS.join('') };
const OUTPUT = { kind: 'text.generate', ...WHOLE, finishReason: 'stop', promptTokens: 1 } as const;

function newJob(): LiveJob {
  return new LiveJob(
    {
      id: '019390a0-0000-7000-8000-000000000000',
      buyerId: 'buyer',
      endpoint: 'chat.completions',
      kind: 'text.generate',
      modelId: 'm',
      modelDigest: 'd',
      input: { inline: new Uint8Array() },
      createdAt: new Date(0),
    },
    newJobState(0, DEFAULT_TIMINGS),
  );
}

function chunk(index: number) {
  return {
    tokenOffset: index,
    tokens: [index],
    textOffset: TEXTS.slice(0, index).join('').length,
    text: TEXTS[index] ?? '',
  };
}

async function readAll(job: LiveJob): Promise<string> {
  let text = '';
  for await (const piece of job.read()) text += piece;
  return text;
}

type Step = { node: 'current' | 'old'; index: number } | { preempt: number } | { lose: true };

describe('a live job', () => {
  it('gives every reader the whole text once, whatever is lost, late, repeated or moved between nodes', async () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ node: fc.constantFrom('current', 'old'), index: fc.nat(TEXTS.length - 1) }),
      fc.record({ preempt: fc.nat(TEXTS.length) }),
      fc.constant({ lose: true as const }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const job = newJob();
        const early = readAll(job);
        let attempt = 0;
        const offer = () => {
          attempt += 1;
          job.apply({ type: 'offer', nodeId: `node${attempt}` }, 0, DEFAULT_TIMINGS);
          job.apply({ type: 'accept', nodeId: `node${attempt}`, attempt }, 0, DEFAULT_TIMINGS);
        };
        offer();
        for (const action of steps) {
          const nodeId = `node${attempt}`;
          if ('index' in action) {
            const about =
              action.node === 'current' ? { nodeId, attempt } : { nodeId: 'node0', attempt: attempt - 1 };
            const { stale } = job.apply({ type: 'progress', ...about }, 0, DEFAULT_TIMINGS);
            expect(stale).toBe(action.node === 'old');
            if (!stale) job.append(chunk(action.index));
          } else if ('preempt' in action) {
            job.apply({ type: 'preempted', nodeId, attempt }, 0, DEFAULT_TIMINGS);
            job.extend({
              tokens: WHOLE.tokens.slice(0, action.preempt),
              text: TEXTS.slice(0, action.preempt).join(''),
            });
            offer();
          } else {
            job.apply({ type: 'node-gone', nodeId }, 0, DEFAULT_TIMINGS);
            offer();
          }
          if (job.state.phase.name === 'failed') return;
        }
        expect(job.continues(OUTPUT)).toBe(true);
        job.settleFinished(OUTPUT);
        expect(await early).toBe(WHOLE.text);
        expect(await readAll(job)).toBe(WHOLE.text);
      }),
      { numRuns: 60 },
    );
  });

  it('sees that a result contradicts what was already streamed', () => {
    const job = newJob();
    job.append(chunk(0));
    expect(job.continues({ ...OUTPUT, text: 'Something else', tokens: [7] })).toBe(false);
  });
});
