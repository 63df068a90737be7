import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputBytesLimit, outputBoundsOf, wallSecondsOf } from '../../../src/agent/jobs/job-bounds.ts';
import { BLOB_BYTES_LIMIT } from '../../../src/shared/job-protocol.ts';
import { TASK_KINDS, type TaskInput } from '../../../src/shared/task.ts';

const text = (maxTokens?: number): TaskInput => ({
  kind: 'text.generate',
  prompt: { text: 'Once' },
  sampling: {
    temperature: 0,
    topP: 1,
    topK: 0,
    minTokens: 0,
    stop: [],
    ...(maxTokens === undefined ? {} : { maxTokens }),
  },
});
const anyInput = fc.oneof(
  fc.integer({ min: 1, max: 2_000_000 }).map((tokens) => text(tokens)),
  fc.constant(text()),
  fc
    .integer({ min: 1, max: 2048 })
    .map((count): TaskInput => ({ kind: 'embedding', texts: Array(count).fill('a') })),
  fc.constant<TaskInput>({ kind: 'image.classify', image: new Uint8Array(), topK: 5 }),
  fc.constant<TaskInput>({ kind: 'onnx.run', inputs: {} }),
);

describe('the time of a run', () => {
  it("is the offer's, but at most what the node allows for the kind and size", () => {
    expect(wallSecondsOf(10, text(1000), 100)).toBe(10);
    expect(wallSecondsOf(100_000, text(10), 100)).toBe(140);
    expect(wallSecondsOf(100_000, text(), 100)).toBe(1800);
    expect(wallSecondsOf(100_000, { kind: 'onnx.run', inputs: {} }, 2 * 1024 ** 2)).toBe(180);
  });

  it('is never longer than offered, nor than the longest of all', () => {
    fc.assert(
      fc.property(
        anyInput,
        fc.double({ min: 0.1, max: 1e9, noNaN: true }),
        fc.nat(BLOB_BYTES_LIMIT),
        (input, offered, bytes) => {
          const seconds = wallSecondsOf(offered, input, bytes);
          expect(seconds).toBeGreaterThan(0);
          expect(seconds).toBeLessThanOrEqual(Math.min(offered, 1800));
        },
      ),
    );
  });
});

describe('the output of a run', () => {
  it('has as many tokens as were asked for and the context holds', () => {
    expect(outputBoundsOf(text(10), 100).tokens).toBe(10);
    expect(outputBoundsOf(text(1000), 100).tokens).toBe(100);
    expect(outputBoundsOf(text(), undefined).tokens).toBe(131_072);
    expect(outputBoundsOf({ kind: 'onnx.run', inputs: {} }, 100).tokens).toBeNull();
  });

  it('is bounded for every input, with room for the text of its tokens', () => {
    fc.assert(
      fc.property(
        anyInput,
        fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined }),
        (input, context) => {
          const { tokens, bytes } = outputBoundsOf(input, context);
          expect(bytes).toBeLessThanOrEqual(2 * BLOB_BYTES_LIMIT);
          if (tokens !== null) expect(bytes).toBeGreaterThanOrEqual(tokens * 512);
        },
      ),
    );
  });

  it('and its input fit into a blob', () => {
    for (const kind of TASK_KINDS) expect(inputBytesLimit(kind)).toBeLessThanOrEqual(BLOB_BYTES_LIMIT);
  });
});
