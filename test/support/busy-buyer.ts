import OpenAI from 'openai';

const LONG_CHAT = {
  model: 'npc-chat',
  messages: [{ role: 'user' as const, content: 'Tell me everything you know about this place.' }],
  stream: true as const,
  max_tokens: 400,
  // Our extension of the API: the generation does not end before.
  min_tokens: 400,
};

/** A buyer who always has a long streamed chat running, so that a worker is busy generating. */
export class BusyBuyer implements AsyncDisposable {
  readonly #client: OpenAI;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #waiting: (() => void)[] = [];
  #failure: Error | undefined;

  constructor(gatewayUrl: string, apiKey: string) {
    this.#client = new OpenAI({ baseURL: `${gatewayUrl}/v1`, apiKey, maxRetries: 0 });
    this.#running = this.#run();
  }

  /** Resolves when the next piece of text arrives. @throws Error when none does in time or the stream failed. */
  async nextToken(timeoutMs: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(this.#failure ?? new Error(`No token came in ${timeoutMs} ms.`)),
        timeoutMs,
      );
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const stream = await this.#client.chat.completions.create(LONG_CHAT, { signal: this.#stop.signal });
        for await (const chunk of stream) {
          if (!chunk.choices[0]?.delta.content) continue;
          for (const wake of this.#waiting.splice(0)) wake();
        }
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#failure = error instanceof Error ? error : new Error(String(error));
        return;
      }
    }
  }
}
