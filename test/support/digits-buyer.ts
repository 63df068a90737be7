import { setTimeout as sleep } from 'node:timers/promises';
import { heldOutDigits } from './demo-models.ts';

const RETRY_MS = 200;

/** A buyer who always has an image to classify, whatever becomes of the answers. */
export class DigitsBuyer implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(gatewayUrl: string, apiKey: string) {
    this.#running = this.#run(gatewayUrl, apiKey);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(gatewayUrl: string, apiKey: string): Promise<void> {
    const { signal } = this.#stop;
    const images = heldOutDigits();
    for (let index = 0; !signal.aborted; index += 1) {
      const image = images[index % images.length]?.png;
      if (image === undefined) return;
      try {
        const response = await fetch(`${gatewayUrl}/v1/images/classifications`, {
          method: 'POST',
          headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            model: 'digits',
            image: `data:image/png;base64,${Buffer.from(image).toString('base64')}`,
          }),
          signal,
        });
        await response.arrayBuffer();
        if (!response.ok) await sleep(RETRY_MS, undefined, { signal });
      } catch {
        // The node or the gateway is down at the moment, as the tests mean it to be; or this buyer stops.
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
