import { z } from 'zod';

const answerSchema = z.union([
  z.object({ result: z.unknown() }).refine((answer) => answer.result !== undefined),
  z.object({ error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }) }),
]);

/** What one endpoint said: a result, or that the chain refuses. */
export type RpcAnswer =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string; readonly data?: unknown } };

const MOST_ANSWER_BYTES = 4 * 1024 * 1024;

/** The program's own `fetch`: nothing in this folder reaches the network by itself. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** One JSON-RPC endpoint of the chain over HTTP. */
export class RpcEndpoint {
  readonly url: string;
  readonly #fetch: Fetch;
  readonly #timeoutMs: number;
  #nextId = 1;

  constructor(url: string, fetch: Fetch, timeoutMs: number) {
    this.url = url;
    this.#fetch = fetch;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws Error when no answer comes in time, or one that is none. */
  async ask(method: string, params: readonly unknown[]): Promise<RpcAnswer> {
    const response = await this.#fetch(this.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: this.#nextId++, method, params }),
      signal: AbortSignal.timeout(this.#timeoutMs),
      redirect: 'error',
    });
    const text = await boundedText(response);
    // Some endpoints say in the body, with an error status, what the chain refuses.
    return answerSchema.parse(JSON.parse(text));
  }
}

async function boundedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > MOST_ANSWER_BYTES) throw new Error('The answer is larger than 4 MiB.');
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}
