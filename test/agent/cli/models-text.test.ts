import { describe, expect, it } from 'vitest';
import { catalogueText, findModels, modelText } from '../../../src/agent/cli/models-text.ts';
import type { CatalogueView, ModelTrust } from '../../../src/shared/model-trust.ts';
import { modelView } from '../../support/dashboard-fixtures.ts';

describe('a model in the terminal', () => {
  it.each<[ModelTrust, string]>([
    [{ state: 'signed', keyId: '0123456789abcdef', detail: null }, 'signed by key 0123456789abcdef'],
    [{ state: 'allowed', keyId: null, detail: null }, 'allowed by you'],
    [{ state: 'refused', keyId: null, detail: 'Nobody knows it.' }, 'NOT RUN: refused. Nobody knows it.'],
    [{ state: 'revoked', keyId: null, detail: 'It harms.' }, 'NOT RUN: revoked. It harms.'],
  ])('says who vouches for it: %j', (trust, text) => {
    expect(modelText(modelView({ trust })).split('\n')).toContain(`  ${text}`);
  });

  it('says why it could not be had', () => {
    const error = { code: 'model-not-admitted', message: 'The catalogue does not list it.' } as const;
    expect(modelText(modelView({ state: 'failed', error }))).toContain('\n  The catalogue does not list it.');
  });

  it('is found by its id, or by the start of its digest when that is one model only', () => {
    const one = modelView({ digest: `12345678${'0'.repeat(56)}` });
    const two = modelView({ digest: `12345678${'1'.repeat(56)}` });
    expect(findModels([one, two], 'npc-chat')).toEqual([one, two]);
    expect(findModels([one, two], '123456780')).toEqual([one]);
    expect(findModels([one, two], '12345678')).toEqual([]);
    expect(findModels([one], '1234567')).toEqual([]);
    expect(findModels([one, two], 'npc')).toEqual([]);
  });
});

describe('the catalogue in the terminal', () => {
  const known: CatalogueView = {
    configured: true,
    rootKeyIds: ['0123456789abcdef'],
    keysSequence: 3,
    revocationsSequence: 7,
    revocationsExpireAt: '2026-12-01T00:00:00.000Z',
    stale: false,
    checkedAt: '2026-11-20T12:00:00.000Z',
    problem: null,
  };

  it.each<[Partial<CatalogueView>, string]>([
    [{}, 'key list 3, revocation list 7 fresh until'],
    [{ stale: true }, 'STALE since'],
    [{ configured: false }, 'not configured'],
    [
      { keysSequence: null, revocationsExpireAt: null, problem: 'Nobody answers.' },
      'not fetched yet\n  Nobody answers.',
    ],
  ])('shows %j', (change, text) => {
    expect(catalogueText({ ...known, ...change })).toContain(text);
  });
});
