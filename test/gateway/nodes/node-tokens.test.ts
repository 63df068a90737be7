import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { NodeTokens } from '../../../src/gateway/nodes/node-tokens.ts';

const nodeId = `0x${'a'.repeat(40)}`;
const now = new Date('2026-01-01T00:00:00Z');
const secret = 's'.repeat(64);

describe('a session token', () => {
  it('names its node for an hour', async () => {
    const tokens = new NodeTokens(secret);
    const { token, expiresAt } = await tokens.issue(nodeId, now);
    expect(expiresAt.toISOString()).toBe('2026-01-01T01:00:00.000Z');
    expect(await tokens.verify(token, now)).toBe(nodeId);
    expect(await tokens.verify(token, new Date(expiresAt.getTime() + 1000))).toBeUndefined();
  });

  it('of another gateway, for another purpose, or of nobody is worth nothing', async () => {
    const tokens = new NodeTokens(secret);
    const { token } = await new NodeTokens('t'.repeat(64)).issue(nodeId, now);
    expect(await tokens.verify(token, now)).toBeUndefined();
    const otherPurpose = await new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(nodeId)
      .setIssuer('gata-gateway')
      .setAudience('buyers')
      .setExpirationTime(new Date(now.getTime() + 1000))
      .sign(new TextEncoder().encode(secret));
    expect(await tokens.verify(otherPurpose, now)).toBeUndefined();
    expect(await tokens.verify('no.token.atall', now)).toBeUndefined();
  });
});
