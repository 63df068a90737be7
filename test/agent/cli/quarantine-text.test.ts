import { expect, test } from 'vitest';
import { findQuarantined, quarantineText } from '../../../src/agent/cli/quarantine-text.ts';
import type { QuarantinedModel } from '../../../src/shared/local-api.ts';

const model = (digest: string, modelId: string): QuarantinedModel => ({
  digest: digest.repeat(64),
  modelId,
  at: '2026-11-20T10:00:00.000Z',
  faults: [{ at: '2026-11-20T10:00:00.000Z', kind: 'crash', detail: 'It died.' }],
});
const models = [model('a', 'one/model'), model('b', 'one/model'), model('c', 'other')];

test('tells when a model was stopped, why, and how to try it again', () => {
  const [text] = quarantineText([model('a', 'one/model')]);
  expect(text).toContain('one/model  in quarantine since');
  expect(text).toContain('crash: It died.');
  expect(text).toContain('gata models retry one/model');
});

test('finds models by their id, or by enough of a digest to mean one', () => {
  expect(findQuarantined(models, 'one/model')).toHaveLength(2);
  expect(findQuarantined(models, 'c'.repeat(64))).toEqual([models[2]]);
  expect(findQuarantined(models, 'cccccccc')).toEqual([models[2]]);
  expect(findQuarantined(models, 'c')).toEqual([]);
  expect(findQuarantined(models, 'dddddddd')).toEqual([]);
});
