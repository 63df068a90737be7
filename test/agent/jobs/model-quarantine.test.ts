import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { ModelQuarantine } from '../../../src/agent/jobs/model-quarantine.ts';
import type { PoolFault } from '../../../src/agent/jobs/worker-pool.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const fault = (digest: string, detail = 'It died.'): PoolFault => ({
  digest,
  modelId: `model-${digest.charAt(0)}`,
  kind: 'crash',
  detail,
});

describe('the quarantine of models', () => {
  let folder: string;
  let nowMs: number;
  const open = (agentVersion = '1.0.0') =>
    new ModelQuarantine({
      dataFolder: folder,
      agentVersion,
      clock: { now: () => new Date(nowMs) },
      logger: pino({ level: 'silent' }),
    });
  beforeEach(() => {
    folder = temporaryFolder().path;
    nowMs = Date.parse('2026-11-20T10:00:00Z');
  });

  it('takes a model in at its second fault, says so once, and tells when and why', () => {
    const quarantine = open();
    const told: string[] = [];
    quarantine.on('quarantined', (model) => told.push(model.digest));
    quarantine.add(fault(A, 'first'));
    expect(quarantine.has(A)).toBe(false);
    nowMs += 1000;
    quarantine.add(fault(A, 'second'));
    quarantine.add(fault(A, 'third'));
    expect(told).toEqual([A]);
    expect(quarantine.list()).toMatchObject([
      {
        digest: A,
        modelId: 'model-a',
        at: '2026-11-20T10:00:01.000Z',
        faults: [{ detail: 'first' }, { detail: 'second' }],
      },
    ]);
  });

  it('holds over restarts, faults that are not enough included, in a file for the user alone', () => {
    const before = open();
    before.add(fault(A));
    before.add(fault(A));
    before.add(fault(B));
    const after = open();
    expect(after.list()).toEqual(before.list());
    after.add(fault(B));
    expect(after.list().map((model) => model.digest)).toEqual([B, A]);
    expect(statSync(path.join(folder, 'quarantine.json')).mode & 0o777).toBe(0o600);
  });

  it('is lifted by the user, for good, and by an update', () => {
    const quarantine = open();
    quarantine.add(fault(A));
    quarantine.add(fault(A));
    expect(quarantine.lift(B)).toBe(false);
    expect(quarantine.lift(A)).toBe(true);
    expect(open().has(A)).toBe(false);
    // Lifted is forgotten: it takes two faults again.
    quarantine.add(fault(A));
    expect(quarantine.has(A)).toBe(false);
    quarantine.add(fault(A));
    expect(open().has(A)).toBe(true);
    expect(open('1.1.0').has(A)).toBe(false);
  });

  it('begins empty with a damaged file, which is set aside', () => {
    writeFileSync(path.join(folder, 'quarantine.json'), '{"schemaVersion":1,"suspects":[{}]}');
    expect(open().list()).toEqual([]);
    expect(readdirSync(folder)).toEqual(['quarantine.json.damaged']);
  });
});
