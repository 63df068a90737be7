import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { z } from 'zod';

const RETRY_MS = 200;

export interface Purchase {
  readonly jobId: string;
  /** What the buyer cares about, as one comparable text. */
  readonly answer: string;
}

const streamEventSchema = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }) })).default([]),
  error: z.unknown().optional(),
});

/** A buyer who asks again under the same idempotency key until the answer is whole, whatever crashes meanwhile. */
export class PersistentBuyer {
  readonly #url: string;
  readonly #apiKey: string;

  constructor(gatewayUrl: string, apiKey: string) {
    this.#url = gatewayUrl;
    this.#apiKey = apiKey;
  }

  /** @throws Error when the request is refused for good, or the time is over. */
  async buy(key: string, route: string, body: Record<string, unknown>, timeoutMs: number): Promise<Purchase> {
    const deadline = Date.now() + timeoutMs;
    let last = 'nothing was tried';
    while (Date.now() < deadline) {
      try {
        return await this.#try(key, route, body, AbortSignal.timeout(Math.max(1, deadline - Date.now())));
      } catch (error) {
        if (error instanceof RefusedError) throw error;
        last = String(error);
        await sleep(RETRY_MS);
      }
    }
    throw new Error(`The job ${key} had no answer in ${timeoutMs} ms; last: ${last}`);
  }

  async #try(
    key: string,
    route: string,
    body: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<Purchase> {
    const response = await fetch(this.#url + route, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
      signal,
    });
    const text = await response.text();
    // A request that is wrong stays wrong; anything else may be a crash that a second try survives.
    if (response.status >= 400 && response.status < 429)
      throw new RefusedError(`${key}: ${response.status} ${text}`);
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    const jobId = response.headers.get('x-gata-job-id');
    if (jobId === null) throw new Error('The answer names no job.');
    return { jobId, answer: body.stream === true ? streamedText(text) : comparable(JSON.parse(text)) };
  }
}

class RefusedError extends Error {}

/** @throws Error when the stream was cut before its end. */
function streamedText(body: string): string {
  let text = '';
  let done = false;
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') {
        done = true;
        return;
      }
      const event = streamEventSchema.parse(JSON.parse(data));
      if (event.error !== undefined) throw new Error(`The stream ended with ${data}`);
      text += event.choices[0]?.delta.content ?? '';
    },
  });
  parser.feed(body);
  if (!done) throw new Error('The stream was cut.');
  return text;
}

const answerSchema = z.union([
  z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) }),
  z.object({ data: z.array(z.object({ embedding: z.array(z.number()) })).min(1) }),
  z.object({ labels: z.array(z.object({ label: z.string() })).min(1) }),
]);

function comparable(body: unknown): string {
  const answer = answerSchema.parse(body);
  if ('choices' in answer) return answer.choices[0]?.message.content ?? '';
  if ('data' in answer) return String(answer.data[0]?.embedding.slice(0, 4).map((value) => value.toFixed(3)));
  return answer.labels[0]?.label ?? '';
}
