import fc from 'fast-check';
import { expect, test } from 'vitest';
import { draftOf, readDraft, sumOfShares } from '../../../src/renderer/governance/change-draft.ts';
import { governance } from '../../support/dashboard-wallet-fixtures.ts';

const { parameters } = governance();
const draft = { ...draftOf(parameters, 18), description: 'Because.' };
const read = (change: Partial<typeof draft>) => readDraft({ ...draft, ...change }, parameters, 18);

test('begins with what is in force, which cannot be proposed', () => {
  for (const what of ['fee-split', 'reward-weights', 'model-type'] as const) {
    expect(read({ what })).toMatchObject({ change: null, fields: {}, problem: { of: 'same' } });
  }
});

test('reads each kind of change to the last digit', () => {
  expect(read({ nodes: '85.25', protocol: '4.75', stakers: '10' }).change).toEqual({
    what: 'fee-split',
    nodes: 8525,
    protocol: 475,
    stakers: 1000,
  });
  expect(read({ what: 'reward-weights', perGpuHour: '0', perEpoch: '0.000000000000000001' }).change).toEqual({
    what: 'reward-weights',
    usage: 7000,
    availabilityPerGpuHourWei: '0',
    availabilityPerEpochWei: '1',
  });
  expect(read({ what: 'model-type', kind: 'x.y', weight: '5' }).change).toMatchObject({
    rewardWeight: 50_000,
  });
});

test('says what is wrong, and with which field', () => {
  expect(read({ nodes: '80.001' }).fields).toEqual({ nodes: { of: 'number', decimals: 2 } });
  expect(read({ nodes: '101' }).fields).toEqual({ nodes: { of: 'tooMuch', most: 100 } });
  expect(read({ nodes: '49', protocol: '36' }).problem).toEqual({ of: 'leastForNodes' });
  expect(read({ nodes: '81' }).problem).toEqual({ of: 'sum' });
  expect(read({ what: 'reward-weights', perEpoch: '1,000' }).fields).toEqual({
    perEpoch: { of: 'number', decimals: 18 },
  });
  expect(read({ what: 'model-type', kind: 'No' }).fields).toEqual({ kind: { of: 'kind' } });
  expect(read({ nodes: '90', protocol: '5', stakers: '5', description: ' ' })).toMatchObject({
    change: null,
    descriptionProblem: { of: 'noDescription' },
  });
  expect(read({ description: 'é'.repeat(2049) }).descriptionProblem).toEqual({ of: 'longDescription' });
});

test('takes a split exactly when it is whole', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.nat(10_000), fc.nat(10_000), (nodes, protocol, stakers) => {
      const text = (points: number) => String(points / 100);
      const shares = { nodes: text(nodes), protocol: text(protocol), stakers: text(stakers) };
      expect(sumOfShares({ ...draft, ...shares })).toBe(nodes + protocol + stakers);
      const isWhole = nodes + protocol + stakers === 10_000 && nodes >= 5_000;
      const isNew = nodes !== 8000 || protocol !== 500;
      expect(read(shares).change !== null).toBe(isWhole && isNew);
    }),
  );
});
