import { expect, it } from 'vitest';
import { parseRoute, type Route, routeHref } from '../../src/renderer/route.ts';

const id = '3f1c8a4e-1111-4222-8333-444455556666';

it.each<Route>([
  { screen: 'home' },
  { screen: 'jobs' },
  { screen: 'jobs', jobId: id },
  { screen: 'games' },
  { screen: 'settings' },
])('reads back what it writes: %j', (route) => expect(parseRoute(routeHref(route))).toEqual(route));

it('goes home for what it does not know, and drops an id that is none', () => {
  expect(parseRoute('')).toEqual({ screen: 'home' });
  expect(parseRoute('#/nonsense')).toEqual({ screen: 'home' });
  expect(parseRoute('#/jobs/nonsense')).toEqual({ screen: 'jobs' });
});

it('names a card, and no card for what is none', () => {
  expect(parseRoute('#/gpu/GPU-1a2b')).toEqual({ screen: 'gpu', uuid: 'GPU-1a2b' });
  expect(parseRoute('#/gpu/../jobs')).toEqual({ screen: 'gpu', uuid: undefined });
  expect(routeHref({ screen: 'gpu', uuid: 'GPU-1a2b' })).toBe('#/gpu/GPU-1a2b');
  expect(routeHref({ screen: 'gpu' })).toBe('#/gpu');
});
