import { randomBytes } from 'node:crypto';
import { verifyTypedData } from 'ethers/hash';
import type { Clock } from '../../shared/clock.ts';
import { GataError } from '../../shared/gata-error.ts';
import {
  type Challenge,
  ENROLMENT_DOMAIN,
  ENROLMENT_TYPES,
  enrolmentMessage,
  type SessionRequest,
} from '../../shared/job-protocol.ts';

const CHALLENGE_SECONDS = 120;
const CHALLENGES_LIMIT = 10_000;

/** Nonces are used once, expire, and are bound to the node that asked. */
export class Enrolment {
  readonly #gateway: () => string;
  readonly #clock: Clock;
  /** By nonce; oldest first, as a Map keeps the order of insertion. */
  readonly #challenges = new Map<string, { readonly nodeId: string; readonly expiresAt: number }>();

  /** @param gateway the URL nodes know this network by; signatures are bound to it. */
  constructor(gateway: () => string, clock: Clock) {
    this.#gateway = gateway;
    this.#clock = clock;
  }

  challenge(nodeId: string): Challenge {
    this.#dropExpired();
    const nonce = randomBytes(32).toString('hex');
    const expiresAt = this.#clock.now().getTime() + CHALLENGE_SECONDS * 1000;
    this.#challenges.set(nonce, { nodeId, expiresAt });
    return { nonce, gateway: this.#gateway(), expiresAt: new Date(expiresAt).toISOString() };
  }

  /** @throws GataError `unauthorized` when the nonce is not open or the signature is not the node's. */
  verify({ nodeId, nonce, signature }: SessionRequest): void {
    const challenge = this.#challenges.get(nonce);
    this.#challenges.delete(nonce);
    if (
      challenge === undefined ||
      challenge.nodeId !== nodeId ||
      challenge.expiresAt <= this.#clock.now().getTime()
    ) {
      throw new GataError('unauthorized', 'The challenge has expired or was used. Ask for a new one.');
    }
    const message = enrolmentMessage(nodeId, { gateway: this.#gateway(), nonce });
    if (recover(message, signature) !== nodeId) {
      throw new GataError(
        'unauthorized',
        "The signature is not the node's. Sign the challenge with its key.",
      );
    }
  }

  #dropExpired(): void {
    const now = this.#clock.now().getTime();
    for (const [nonce, { expiresAt }] of this.#challenges) {
      if (expiresAt > now && this.#challenges.size < CHALLENGES_LIMIT) return;
      this.#challenges.delete(nonce);
    }
  }
}

function recover(message: ReturnType<typeof enrolmentMessage>, signature: string): string | undefined {
  try {
    return verifyTypedData(ENROLMENT_DOMAIN, ENROLMENT_TYPES, message, signature).toLowerCase();
  } catch {
    return undefined;
  }
}
