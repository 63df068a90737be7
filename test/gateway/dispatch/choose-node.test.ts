import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseNode, type NodeCandidate } from '../../../src/gateway/dispatch/choose-node.ts';

const job = { kind: 'text.generate', modelDigest: 'm', avoidUntil: new Map<string, number>() } as const;

function node(id: string, changes: Partial<NodeCandidate> = {}): NodeCandidate {
  return {
    id,
    ready: true,
    capacity: 2,
    load: 0,
    kinds: ['text.generate'],
    cachedModels: new Set<string>(),
    quarantinedModels: new Set<string>(),
    ...changes,
  };
}

describe('choosing a node', () => {
  it('prefers one that has the model, then the least loaded, then the lowest id', () => {
    const cached = node('c', { cachedModels: new Set(['m']), load: 1 });
    expect(chooseNode(job, [node('a'), node('b'), cached], 0)?.id).toBe('c');
    expect(chooseNode(job, [node('a', { load: 1 }), node('b', { load: 1, capacity: 8 })], 0)?.id).toBe('b');
    expect(chooseNode(job, [node('b'), node('a')], 0)?.id).toBe('a');
  });

  it('passes over nodes that are paused, full, unable, or to be avoided for now', () => {
    const nodes = [
      node('a', { ready: false }),
      node('b', { load: 2 }),
      node('c', { kinds: ['embedding'] }),
      node('d'),
    ];
    const avoiding = { ...job, avoidUntil: new Map([['d', 100]]) };
    expect(chooseNode(avoiding, nodes, 99)).toBeUndefined();
    expect(chooseNode(avoiding, nodes, 100)?.id).toBe('d');
  });

  it('finds a node exactly when one can take the job, and none that can is strictly better', () => {
    const anyNode = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      ready: fc.boolean(),
      capacity: fc.nat(3),
      load: fc.nat(3),
      kinds: fc.constantFrom<NodeCandidate['kinds']>(['text.generate'], ['embedding'], []),
      cachedModels: fc.constantFrom(new Set<string>(), new Set(['m'])),
      quarantinedModels: fc.constantFrom(new Set<string>(), new Set(['m'])),
    });
    const avoid = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(20));
    fc.assert(
      fc.property(fc.array(anyNode), avoid, fc.nat(20), (nodes, avoidUntil, now) => {
        const placed = { ...job, avoidUntil: new Map(Object.entries(avoidUntil)) };
        const able = nodes.filter(
          (candidate) =>
            candidate.ready &&
            candidate.load < candidate.capacity &&
            candidate.kinds.includes('text.generate') &&
            !candidate.quarantinedModels.has('m') &&
            (placed.avoidUntil.get(candidate.id) ?? 0) <= now,
        );
        const chosen = chooseNode(placed, nodes, now);
        expect(chosen === undefined).toBe(able.length === 0);
        if (chosen === undefined) return;
        expect(able).toContain(chosen);
        for (const other of able) {
          if (chosen.cachedModels.has('m')) continue;
          expect(other.cachedModels.has('m')).toBe(false);
          expect(other.load / other.capacity).toBeGreaterThanOrEqual(chosen.load / chosen.capacity);
        }
      }),
    );
  });
});
