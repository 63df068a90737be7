import { CatalogueFault } from '../../../shared/catalogue-fault.ts';
import { GataError } from '../../../shared/gata-error.ts';
import {
  CATALOGUE_BYTES_LIMIT,
  CATALOGUE_FILES,
  type CatalogueDocument,
} from '../../../shared/model-catalogue.ts';

const REQUEST_TIMEOUT_MS = 15_000;

/** Where the documents of the catalogue are fetched from; nothing it says is trusted. */
export interface CatalogueSource {
  /**
   * A document's text; undefined when the source has none.
   * @param digest the model's, for an entry.
   * @throws GataError `gateway-unreachable`; CatalogueFault `too-large`; the signal's reason.
   */
  fetch(document: CatalogueDocument, signal: AbortSignal, digest?: string): Promise<string | undefined>;
}

/** The gateway's `/v1/catalogue`. */
export class CatalogueHttp implements CatalogueSource {
  readonly #gatewayUrl: string;

  constructor(gatewayUrl: string) {
    this.#gatewayUrl = gatewayUrl.replace(/\/$/, '');
  }

  async fetch(document: CatalogueDocument, signal: AbortSignal, digest = ''): Promise<string | undefined> {
    const file = document === 'entry' ? CATALOGUE_FILES.entry(digest) : CATALOGUE_FILES[document];
    const url = `${this.#gatewayUrl}/v1/catalogue/${file.replace(/\.json$/, '')}`;
    try {
      const either = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
      const response = await fetch(url, { signal: either, redirect: 'error' });
      if (response.status === 404) {
        await response.body?.cancel();
        return undefined;
      }
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`HTTP status ${response.status}`);
      }
      return await readBounded(response, CATALOGUE_BYTES_LIMIT[document]);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof CatalogueFault) throw error;
      throw new GataError(
        'gateway-unreachable',
        `The model catalogue at ${this.#gatewayUrl} cannot be reached. It is tried again.`,
        { cause: error },
      );
    }
  }
}

/** Stops reading as soon as it is too much. */
async function readBounded(response: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limit) {
      throw new CatalogueFault('too-large', `The gateway's catalogue sent more than ${limit} bytes.`);
    }
    chunks.push(chunk);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
}
