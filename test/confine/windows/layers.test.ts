import { expect, test } from 'vitest';
import { ConfinementError } from '../../../src/confine/windows/confinement-error.ts';
import { Layers } from '../../../src/confine/windows/layers.ts';

test('what Windows refuses is told with its error', () => {
  const layers = new Layers([], []);
  layers.add('mitigations', () => undefined);
  layers.add('processor-weight', () => 87);
  layers.refuse('process-limit', 'Not kept.');
  expect(layers.refused).toEqual([
    { layer: 'processor-weight', reason: 'Windows refused it (error 87).' },
    { layer: 'process-limit', reason: 'Not kept.' },
  ]);
});

test('a layer that is left out is not put on, and told', () => {
  const layers = new Layers([], ['own-desktop']);
  layers.add('own-desktop', () => expect.unreachable());
  expect(layers.wants('own-desktop')).toBe(false);
  expect(layers.refused).toMatchObject([{ layer: 'own-desktop' }]);
});

test('nothing goes on without a layer that is required', () => {
  const layers = new Layers(['low-integrity', 'own-desktop'], ['own-desktop']);
  expect(() => layers.add('low-integrity', () => 5)).toThrow(ConfinementError);
  expect(() => layers.wants('own-desktop')).toThrow('own-desktop');
});
