import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { TaskKind } from '../../src/shared/task.ts';
import { root } from './programs.ts';

const promptsSchema = z.object({
  prompts: z.array(z.object({ system: z.string(), user: z.string() })).min(1),
  sentences: z.array(z.string()).min(1),
});
const digitsSchema = z.array(z.object({ png: z.string() })).min(1);

export interface BoughtJob {
  readonly kind: TaskKind;
  readonly latencyMs: number;
  /** Tokens generated or read; 0 for kinds without tokens. */
  readonly tokens: number;
}

const usageSchema = z.object({ prompt_tokens: z.int(), completion_tokens: z.int().optional() });

/**
 * A buyer of the demo network: sends the demo models real input through the public API, as any buyer would.
 * Requests go round the four kinds of job.
 */
export class SampleBuyer {
  readonly #url: string;
  readonly #apiKey: string;
  readonly #texts = promptsSchema.parse(readSample('npc-prompts.json'));
  readonly #digits = digitsSchema.parse(readSample('digits-held-out.json'));
  #count = 0;

  constructor(gatewayUrl: string, apiKey: string) {
    this.#url = gatewayUrl;
    this.#apiKey = apiKey;
  }

  /** Sends the next request and waits for its answer. @throws Error when it is refused or fails. */
  async buy(signal: AbortSignal): Promise<BoughtJob> {
    const turn = this.#count++;
    const started = performance.now();
    const kinds = [this.#chat, this.#embed, this.#classify, this.#run];
    const job = await (kinds[turn % kinds.length] ?? this.#chat).call(
      this,
      Math.floor(turn / kinds.length),
      signal,
    );
    return { ...job, latencyMs: performance.now() - started };
  }

  async #chat(turn: number, signal: AbortSignal): Promise<{ kind: TaskKind; tokens: number }> {
    const { system, user } = pick(this.#texts.prompts, turn);
    const answer = z.object({ usage: usageSchema }).parse(
      await this.#post('/v1/chat/completions', signal, {
        model: 'npc-chat',
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: user },
        ],
        temperature: 0.7,
        max_tokens: 64,
      }),
    );
    return { kind: 'text.generate', tokens: answer.usage.completion_tokens ?? 0 };
  }

  async #embed(turn: number, signal: AbortSignal): Promise<{ kind: TaskKind; tokens: number }> {
    const input = [pick(this.#texts.sentences, turn), pick(this.#texts.sentences, turn + 1)];
    const answer = z
      .object({ usage: usageSchema })
      .parse(await this.#post('/v1/embeddings', signal, { model: 'npc-chat', input }));
    return { kind: 'embedding', tokens: answer.usage.prompt_tokens };
  }

  async #classify(turn: number, signal: AbortSignal): Promise<{ kind: TaskKind; tokens: number }> {
    const image = pick(this.#digits, turn).png;
    await this.#post('/v1/images/classifications', signal, { model: 'digits', image, top_k: 3 });
    return { kind: 'image.classify', tokens: 0 };
  }

  async #run(turn: number, signal: AbortSignal): Promise<{ kind: TaskKind; tokens: number }> {
    // A slanted stroke that moves with the turn: raw tensors need no picture.
    const pixels = Array.from({ length: 64 }, (_, index) => (((index % 9) + turn) % 8 === 0 ? 1 : 0));
    await this.#post('/v1/onnx/runs', signal, {
      model: 'digits',
      inputs: { pixel_values: { type: 'float32', shape: [1, 1, 8, 8], data: pixels } },
    });
    return { kind: 'onnx.run', tokens: 0 };
  }

  async #post(route: string, signal: AbortSignal, body: unknown): Promise<unknown> {
    const response = await fetch(this.#url + route, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
    if (!response.ok) throw new Error(`${route} answered ${response.status}: ${await response.text()}`);
    return response.json();
  }
}

function readSample(name: string): unknown {
  return JSON.parse(readFileSync(path.join(root, 'assets/samples', name), 'utf8'));
}

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new RangeError('There is nothing to pick from.');
  return item;
}
