import { describe, expect, it } from 'vitest';
import { PresenceRegistry } from '../../../src/gateway/nodes/presence-registry.ts';
import type { Presence } from '../../../src/shared/job-protocol.ts';

const node = `0x${'a'.repeat(40)}`;
const first = '00000000-0000-4000-8000-000000000001';
const second = '00000000-0000-4000-8000-000000000002';

function presence(changes: Partial<Presence>): Presence {
  return {
    type: 'presence',
    online: true,
    sessionId: first,
    protocol: 1,
    agentVersion: '0',
    ready: true,
    capacity: 1,
    kinds: ['embedding'],
    cachedModels: [],
    device: { name: 'd', provider: null, sandbox: 's' },
    held: [],
    ...changes,
  };
}

describe('the presence registry', () => {
  it('tells a new session, and when a node becomes ready', () => {
    const registry = new PresenceRegistry();
    expect(registry.update(node, presence({ ready: false }))).toMatchObject({
      newSession: true,
      becameReady: false,
    });
    expect(registry.update(node, presence({}))).toMatchObject({ newSession: false, becameReady: true });
    expect(registry.update(node, presence({}))).toMatchObject({ becameReady: false });
    expect(registry.update(node, presence({ sessionId: second }))).toMatchObject({
      newSession: true,
      becameReady: true,
    });
    expect([...registry.nodes()].map(({ id }) => id)).toEqual([node]);
  });

  it('does not let the last will of an older session take a newer one offline', () => {
    const registry = new PresenceRegistry();
    registry.update(node, presence({}));
    registry.update(node, presence({ sessionId: second }));
    expect(registry.update(node, presence({ online: false }))).toEqual({ type: 'none' });
    expect([...registry.nodes()]).toHaveLength(1);
    expect(registry.update(node, presence({ online: false, sessionId: second }))).toEqual({
      type: 'offline',
    });
    expect([...registry.nodes()]).toEqual([]);
  });
});
