import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { errorBodySchema } from '../../shared/error-codes.ts';
import { GataError } from '../../shared/gata-error.ts';
import { challengeSchema, type Session, sessionSchema } from '../../shared/job-protocol.ts';
import { type ModelFile, type ModelManifest, modelManifestSchema } from '../../shared/model-manifest.ts';
import { type PayoutAddressRequest, payoutAddressAnswerSchema } from '../../shared/payout-address.ts';
import { type Receipt, receiptKeySchema, receiptsSchema } from '../../shared/receipt.ts';
import { type RewardProof, rewardProofSchema } from '../../shared/reward-proof.ts';
import {
  type RewardStatement,
  rewardStatementSchema,
  type StatementQuery,
} from '../../shared/reward-statement.ts';
import { bytesOfResponse, type FileBytes } from '../downloads/file-source.ts';
import type { NodeKey } from '../identity/node-key.ts';
import type { BundleSource } from '../models/bundle-source.ts';

const REQUEST_TIMEOUT_MS = 15_000;
/** A session is renewed when less than this part of its life is left. */
const RENEW_BELOW = 0.25;
const SHORTEST_LIFE_MS = 60_000;

export interface GatewayHttpOptions {
  readonly gatewayUrl: string;
  readonly nodeKey: Pick<NodeKey, 'nodeId' | 'signEnrolment'>;
  readonly clock: Clock;
}

interface LiveSession {
  readonly session: Session;
  /** What the gateway calls itself; signatures are bound to it. */
  readonly gateway: string;
  readonly renewAtMs: number;
}

/** The gateway's HTTPS half: enrolment, models and blobs. */
export class GatewayHttp implements BundleSource {
  readonly #gatewayUrl: string;
  readonly #nodeKey: Pick<NodeKey, 'nodeId' | 'signEnrolment'>;
  readonly #clock: Clock;
  #session: Promise<LiveSession> | undefined;
  #knownGatewayName: string | undefined;

  constructor({ gatewayUrl, nodeKey, clock }: GatewayHttpOptions) {
    this.#gatewayUrl = gatewayUrl.replace(/\/$/, '');
    this.#nodeKey = nodeKey;
    this.#clock = clock;
  }

  /**
   * The session to use now; a new one when the last is about to expire.
   * @throws GataError `gateway-unreachable`, or the gateway's refusal.
   */
  async session(): Promise<Session> {
    return (await this.#live()).session;
  }

  /** What the gateway calls itself; signatures for it are bound to that. */
  async gatewayName(): Promise<string> {
    return (await this.#live()).gateway;
  }

  /** The same as far as it is known without asking: undefined before the first session. */
  get knownGatewayName(): string | undefined {
    return this.#knownGatewayName;
  }

  /** The address of the key that signs the gateway's credits. */
  async receiptKey(): Promise<string> {
    const response = await this.#request('/v1/receipt-key', {
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    return (await this.#json(response, receiptKeySchema)).address;
  }

  /** The receipts of these jobs, of those that this node has any for; at most 50 jobs. */
  async receipts(jobIds: readonly string[]): Promise<Receipt[]> {
    const route = `/v1/nodes/me/receipts?jobs=${jobIds.join(',')}`;
    const response = await this.#authorized(route, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    return (await this.#json(response, receiptsSchema)).receipts;
  }

  /** What this node did and earned, one page. */
  async statement(query: StatementQuery): Promise<RewardStatement> {
    const text = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) text.set(name, String(value));
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const response = await this.#authorized(`/v1/nodes/me/statement?${text}`, { signal });
    return await this.#json(response, rewardStatementSchema);
  }

  /** An address's leaf in the newest root; undefined when no root names it. */
  async rewardProof(address: string): Promise<RewardProof | undefined> {
    try {
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
      return await this.#json(await this.#request(`/v1/rewards/${address}`, { signal }), rewardProofSchema);
    } catch (error) {
      if (error instanceof GataError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  /** Where the gateway pays this node; null: it was never told. */
  async payoutAddress(): Promise<string | null> {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const response = await this.#authorized('/v1/nodes/me/payout-address', { signal });
    return (await this.#json(response, payoutAddressAnswerSchema)).payoutAddress;
  }

  /** @throws GataError `invalid-request` for an address that the gateway does not pay. */
  async setPayoutAddress(request: PayoutAddressRequest): Promise<void> {
    const response = await this.#authorized('/v1/nodes/me/payout-address', {
      method: 'PUT',
      headers: new Headers({ 'content-type': 'application/json' }),
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    await response.body?.cancel();
  }

  /** Forgets a session that was refused; the next call enrols again. */
  dropSession(): void {
    this.#session = undefined;
  }

  async manifest(digest: string, signal: AbortSignal): Promise<ModelManifest> {
    const response = await this.#authorized(`/v1/nodes/models/${digest}`, { signal });
    return await this.#json(response, modelManifestSchema);
  }

  async open(file: ModelFile, offset: number, signal: AbortSignal): Promise<FileBytes> {
    const headers = new Headers(offset > 0 ? { range: `bytes=${offset}-` } : {});
    const response = await this.#authorized(`/v1/nodes/blobs/${file.sha256}`, { headers, signal });
    return bytesOfResponse(response, offset);
  }

  /** @throws GataError `gateway-unreachable` also when the bytes are not those that were named. */
  async readBlob(sha256: string, bytes: number, signal: AbortSignal): Promise<Uint8Array> {
    const response = await this.#authorized(`/v1/nodes/blobs/${sha256}`, { signal });
    const body = await this.#body(response, bytes);
    if (body.byteLength !== bytes || createHash('sha256').update(body).digest('hex') !== sha256) {
      throw this.unreachable(new Error('A blob arrived damaged.'));
    }
    return body;
  }

  /** @returns the SHA-256 under which the gateway keeps the bytes. */
  async writeBlob(body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<string> {
    const sha256 = createHash('sha256').update(body).digest('hex');
    const headers = new Headers({ 'content-type': 'application/octet-stream' });
    const response = await this.#authorized(`/v1/nodes/blobs/${sha256}`, {
      method: 'PUT',
      headers,
      body,
      signal,
    });
    await response.body?.cancel();
    return sha256;
  }

  unreachable(cause: unknown): GataError {
    const detail = cause instanceof Error ? (causeCode(cause) ?? cause.message) : String(cause);
    return new GataError(
      'gateway-unreachable',
      `The gateway at ${this.#gatewayUrl} cannot be reached (${detail}). It is tried again.`,
      { cause },
    );
  }

  async #live(): Promise<LiveSession> {
    const held = this.#session;
    const live = await held?.catch(() => undefined);
    if (live !== undefined && this.#clock.now().getTime() < live.renewAtMs) return live;
    // Callers that find the same session stale renew it once.
    if (this.#session === held || this.#session === undefined) this.#session = this.#enrol();
    return await this.#session;
  }

  async #enrol(): Promise<LiveSession> {
    const { nodeId } = this.#nodeKey;
    const challenge = await this.#post('/v1/nodes/challenges', { nodeId }, challengeSchema);
    if (!isSameOrigin(challenge.gateway, this.#gatewayUrl)) {
      // A signature for another network would let this gateway pose as the node there.
      throw new GataError(
        'forbidden',
        `The gateway calls itself ${challenge.gateway}, not ${this.#gatewayUrl}. Use the address it is published under.`,
      );
    }
    const signature = this.#nodeKey.signEnrolment(challenge);
    const request = { nodeId, nonce: challenge.nonce, signature };
    const session = await this.#post('/v1/nodes/sessions', request, sessionSchema);
    const now = this.#clock.now();
    const { gateway } = challenge;
    this.#knownGatewayName = gateway;
    return { session, gateway, renewAtMs: now.getTime() + sessionLifeMs(session, now) * (1 - RENEW_BELOW) };
  }

  async #post<Schema extends z.ZodType>(
    path: string,
    body: object,
    schema: Schema,
  ): Promise<z.infer<Schema>> {
    const response = await this.#request(path, {
      method: 'POST',
      headers: new Headers({ 'content-type': 'application/json' }),
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    return await this.#json(response, schema);
  }

  async #authorized(path: string, init: RequestInit & { headers?: Headers }): Promise<Response> {
    const attempt = async () => {
      const { token } = await this.session();
      const headers = new Headers(init.headers);
      headers.set('authorization', `Bearer ${token}`);
      return await this.#request(path, { ...init, headers });
    };
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof GataError) || error.code !== 'unauthorized') throw error;
      // The gateway may have a new secret since a restart.
      this.dropSession();
      return await attempt();
    }
  }

  async #request(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.#gatewayUrl + path, init);
    } catch (error) {
      init.signal?.throwIfAborted();
      throw this.unreachable(error);
    }
    if (response.ok) return response;
    const body = errorBodySchema.safeParse(await response.json().catch(() => undefined));
    if (!body.success) throw this.unreachable(new Error(`HTTP status ${response.status}`));
    throw new GataError(body.data.error.code, body.data.error.message);
  }

  async #json<Schema extends z.ZodType>(response: Response, schema: Schema): Promise<z.infer<Schema>> {
    const parsed = schema.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success) throw this.unreachable(new Error(z.prettifyError(parsed.error)));
    return parsed.data;
  }

  /** @param limit the most bytes that are read, whatever the gateway sends. */
  async #body(response: Response, limit: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let left = limit;
    try {
      for await (const part of response.body ?? []) {
        left -= part.byteLength;
        if (left < 0) throw new Error('A blob is longer than it was said to be.');
        parts.push(part);
      }
    } catch (error) {
      throw this.unreachable(error);
    }
    return Buffer.concat(parts);
  }
}

/** How long a new session is used; at least a minute, also when this machine's clock is ahead of the gateway's. */
export function sessionLifeMs(session: Session, now: Date): number {
  return Math.max(SHORTEST_LIFE_MS, Date.parse(session.expiresAt) - now.getTime());
}

function isSameOrigin(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin;
}

/** Why a fetch failed: `ECONNREFUSED` says more than "fetch failed". */
function causeCode(error: Error): string | undefined {
  const { cause } = error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
