import { z } from 'zod';
import {
  type ClaimRelayOffer,
  type ClaimRelayRequest,
  type ClaimRelayState,
  claimRelayOfferSchema,
  claimRelayStateSchema,
} from '../../../shared/claim-relay.ts';
import { GataError } from '../../../shared/gata-error.ts';

const TIMEOUT_MS = 10_000;
/** A gateway may be overrun, or start again: then it is asked again. */
const TRY_AGAIN = new Set([408, 425, 429]);

const refusalSchema = z.object({ error: z.object({ message: z.string().max(2000) }) });

/** A gateway that sends claims for accounts. */
export interface ClaimRelay {
  /** @throws GataError `gateway-unreachable`. */
  offer(account: string): Promise<ClaimRelayOffer>;
  /**
   * Asks for a claim, or, the same again, how far it is.
   * @throws GataError `gateway-unreachable`.
   */
  request(account: string, request: ClaimRelayRequest): Promise<ClaimRelayState>;
}

/** Asks the gateway over HTTP. Nothing that it says is believed: the wallet looks at the chain. */
export class ClaimRelayClient implements ClaimRelay {
  readonly #gatewayUrl: string;

  constructor(gatewayUrl: string) {
    this.#gatewayUrl = gatewayUrl;
  }

  async offer(account: string): Promise<ClaimRelayOffer> {
    const response = await this.#fetch(account, {});
    if (response.status === 404) {
      return { offered: false, reason: 'This gateway does not send claims.', minimumWei: '0' };
    }
    return this.#read(response, claimRelayOfferSchema);
  }

  async request(account: string, request: ClaimRelayRequest): Promise<ClaimRelayState> {
    const response = await this.#fetch(account, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    if (response.status >= 400 && response.status < 500 && !TRY_AGAIN.has(response.status)) {
      return { state: 'refused', transactionHash: null, detail: await reasonOf(response) };
    }
    return this.#read(response, claimRelayStateSchema);
  }

  async #fetch(account: string, init: RequestInit): Promise<Response> {
    try {
      const url = `${this.#gatewayUrl}/v1/rewards/${account}/relay`;
      return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (cause) {
      throw unreachable(cause);
    }
  }

  async #read<Schema extends z.ZodType>(response: Response, schema: Schema): Promise<z.infer<Schema>> {
    try {
      if (!response.ok) throw new Error(`it answers ${response.status}`);
      return schema.parse(await response.json());
    } catch (cause) {
      throw unreachable(cause);
    }
  }
}

async function reasonOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = refusalSchema.safeParse(body);
  return parsed.success ? parsed.data.error.message : `The gateway answers ${response.status}.`;
}

function unreachable(cause: unknown): GataError {
  return new GataError(
    'gateway-unreachable',
    'The gateway does not say whether it sends the claim. Nothing is lost; Gata asks again by itself.',
    { cause },
  );
}
