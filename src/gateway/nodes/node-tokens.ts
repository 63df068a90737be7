import { jwtVerify, SignJWT } from 'jose';
import { nodeIdSchema } from '../../shared/job-protocol.ts';

const ISSUER = 'gata-gateway';
const AUDIENCE = 'gata-node';
const NODE_TOKEN_SECONDS = 3600;

/** A node's session token: a JWT that authenticates its HTTPS calls and is its MQTT password. */
export class NodeTokens {
  readonly #key: Uint8Array;

  constructor(secret: string) {
    this.#key = new TextEncoder().encode(secret);
  }

  async issue(nodeId: string, now: Date): Promise<{ token: string; expiresAt: Date }> {
    const expiresAt = new Date(now.getTime() + NODE_TOKEN_SECONDS * 1000);
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(nodeId)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(expiresAt)
      .sign(this.#key);
    return { token, expiresAt };
  }

  /** The node the token was issued to, or undefined when it is not ours or has expired. */
  async verify(token: string, now: Date): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        issuer: ISSUER,
        audience: AUDIENCE,
        currentDate: now,
      });
      return nodeIdSchema.safeParse(payload.sub).data;
    } catch {
      return undefined;
    }
  }
}
