import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { ModelHealth, QUARANTINES_LIMIT } from '../../../src/gateway/dispatch/model-health.ts';

const MODEL = 'a'.repeat(64);
const nodes = (count: number) => Array.from({ length: count }, (_, index) => `node-${index}`);

describe('the health of a model', () => {
  let health: ModelHealth;
  beforeEach(() => {
    health = new ModelHealth(pino({ level: 'silent' }));
  });

  it('is lost when enough nodes have it in quarantine, and only that of the one', () => {
    for (const [index, node] of nodes(QUARANTINES_LIMIT).entries()) {
      expect(health.fault(MODEL)).toBeUndefined();
      health.quarantined(node, new Set([MODEL, `other-${index}`]));
      health.quarantined(node, new Set([MODEL, `other-${index}`]));
    }
    expect(health.fault(MODEL)).toMatchObject({ code: 'model-quarantined' });
    expect(health.fault('other-0')).toBeUndefined();
  });

  it('comes back when a node lifts it', () => {
    for (const node of nodes(QUARANTINES_LIMIT)) health.quarantined(node, new Set([MODEL]));
    health.quarantined('node-0', new Set());
    expect(health.fault(MODEL)).toBeUndefined();
  });

  it('is not lost to a few nodes where it ran well on more', () => {
    for (const node of nodes(10)) health.finished(node, MODEL);
    for (const node of nodes(4)) health.quarantined(node, new Set([MODEL]));
    expect(health.fault(MODEL)).toBeUndefined();
    // Half of those it ran on: now more speak against it than for it.
    for (const node of nodes(6)) health.quarantined(node, new Set([MODEL]));
    expect(health.fault(MODEL)).toBeDefined();
  });
});
