import { expect, it } from 'vitest';
import { formatDay, formatExactMoment, formatMoment } from '../../../src/renderer/format/moment.ts';

const noon = new Date(2026, 10, 20, 12, 0, 0);

it('shows the time alone for today', () => {
  const moment = new Date(2026, 10, 20, 9, 5, 0).toISOString();
  expect(formatMoment(moment, noon.getTime(), 'en-GB')).toBe('9:05');
});

it('adds the date for another day', () => {
  const moment = new Date(2026, 10, 3, 14, 2, 0).toISOString();
  expect(formatMoment(moment, noon.getTime(), 'en-GB')).toBe('3 Nov, 14:02');
});

it('shows seconds where exactness is asked for', () => {
  expect(formatExactMoment(noon.toISOString(), 'en-GB')).toBe('20 Nov 2026, 12:00:00');
});

it('names a local day by its date, wherever the user lives', () => {
  expect(formatDay('2026-11-20', 'en-GB')).toBe('Fri 20 Nov');
});
