import { expect, it } from 'vitest';
import {
  formatCelsius,
  formatEnergy,
  formatMegahertz,
  formatPercent,
  formatTransferRate,
  formatVideoMemory,
  formatWatts,
} from '../../../src/renderer/format/quantity.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

it('puts units behind numbers, kept on one line', () => {
  expect(formatCelsius(68, 'en')).toBe('68\u00a0°C');
  expect(plain(formatWatts(226_400, 'en'))).toBe('226 W');
  expect(plain(formatPercent(72.4, 'en'))).toBe('72 %');
});

it('shows clocks and rates in the unit that reads well', () => {
  expect(plain(formatMegahertz(210, 'en'))).toBe('210 MHz');
  expect(plain(formatMegahertz(2520, 'en'))).toBe('2.52 GHz');
  expect(plain(formatTransferRate(3120, 'en'))).toBe('3.1 MB/s');
  expect(plain(formatTransferRate(1_420_000, 'en'))).toBe('1.4 GB/s');
});

it('shows a card’s memory as it is sold', () => {
  expect(plain(formatVideoMemory(17_179_869_184, 'en'))).toBe('16 GiB');
  expect(plain(formatVideoMemory(7_945_689_498, 'de'))).toBe('7,4 GiB');
});

it('shows energy in watt hours, and in kilowatt hours from one on', () => {
  expect(plain(formatEnergy(0, 'en'))).toBe('0 Wh');
  expect(plain(formatEnergy(4320, 'en'))).toBe('1.2 Wh');
  expect(plain(formatEnergy(1_483_200, 'en'))).toBe('412 Wh');
  expect(plain(formatEnergy(3_598_900, 'en'))).toBe('1 kWh');
  expect(plain(formatEnergy(4_464_000, 'en'))).toBe('1.24 kWh');
});
