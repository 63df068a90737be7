import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorBodySchema } from '../../../src/shared/error-codes.ts';
import { settingsSchema } from '../../../src/shared/settings.ts';
import { startTestApi, type TestApi } from '../../support/api-server.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const prices = (count: number, price: unknown = 0.3) => Array.from({ length: count }, () => price);
const hourly = (list: unknown) => ({ energy: { tariff: { kind: 'hourly', pricesPerKilowattHour: list } } });
const flat = (price: unknown) => ({ energy: { tariff: { kind: 'flat', pricePerKilowattHour: price } } });
const rule = (changed: object) => ({
  gpu: { schedule: [{ days: [1], from: '08:00', until: '18:00', preset: 'quiet', ...changed }] },
});

describe('settings that make no sense', () => {
  it.each<[string, unknown, string]>([
    ['a price in words', flat('cheap'), 'energy.tariff.pricePerKilowattHour'],
    ['a negative price', flat(-0.1), 'energy.tariff.pricePerKilowattHour'],
    ['a price beyond reason', flat(1001), 'energy.tariff.pricePerKilowattHour'],
    ['no price', flat(undefined), 'energy.tariff.pricePerKilowattHour'],
    ['23 prices', hourly(prices(23)), 'energy.tariff.pricesPerKilowattHour'],
    ['25 prices', hourly(prices(25)), 'energy.tariff.pricesPerKilowattHour'],
    ['a price of an hour in words', hourly(prices(24, '0.3')), 'energy.tariff.pricesPerKilowattHour.0'],
    ['a negative price of an hour', hourly([...prices(23), -1]), 'energy.tariff.pricesPerKilowattHour.23'],
    ['another kind of tariff', { energy: { tariff: { kind: 'lunar' } } }, 'energy.tariff.kind'],
    ['a tariff that is a number', { energy: { tariff: 0.3 } }, 'energy.tariff'],
    ['a currency of four letters', { energy: { currency: 'EURO' } }, 'energy.currency'],
    ['a currency that does not exist', { energy: { currency: 'QQQ' } }, 'energy.currency'],
    ['a currency in small letters', { energy: { currency: 'eur' } }, 'energy.currency'],
    ['a negative price of GATA', { energy: { gataPrice: -1 } }, 'energy.gataPrice'],
    ['a price of GATA in words', { energy: { gataPrice: '1' } }, 'energy.gataPrice'],
    ['a wish that is no yes or no', { energy: { stopAtLoss: 'yes' } }, 'energy.stopAtLoss'],
    ['a schedule with 25:00', rule({ from: '25:00' }), 'gpu.schedule.0.from'],
    ['a schedule with 24:00', rule({ until: '24:00' }), 'gpu.schedule.0.until'],
    ['a schedule with 8:00', rule({ from: '8:00' }), 'gpu.schedule.0.from'],
    ['a schedule with 08:60', rule({ until: '08:60' }), 'gpu.schedule.0.until'],
    ['an eighth day', rule({ days: [7] }), 'gpu.schedule.0.days.0'],
    ['no day', rule({ days: [] }), 'gpu.schedule.0.days'],
    ['a preset that does not exist', rule({ preset: 'loud' }), 'gpu.schedule.0.preset'],
    ['a schedule for the own limits', rule({ preset: 'custom' }), 'gpu.schedule.0.preset'],
    ['a battery that is no yes or no', { gpu: { onBattery: 1 } }, 'gpu.onBattery'],
    ['a name that is misspelt', { energy: { tarif: null } }, 'energy'],
  ])('are refused with the field at fault: %s', async (_what, body, field) => {
    const before = api.settings.current;
    const response = await api.request('PATCH', '/v1/settings', { body });
    expect(response.status).toBe(400);
    const { error } = errorBodySchema.parse(await response.json());
    expect(error).toMatchObject({ code: 'invalid-request', param: field });
    expect(error.message.startsWith(`${field}: `)).toBe(true);
    expect(error.message).not.toMatch(/undefined|\[object|\/\^/);
    expect(api.settings.current).toEqual(before);
  });

  it('leave those that do', async () => {
    const body = {
      energy: { ...hourly(prices(24)).energy, currency: 'PLN', gataPrice: 0.07, stopAtLoss: false },
      gpu: { onBattery: true, ...rule({ from: '22:00', until: '06:00', preset: 'off' }).gpu },
    };
    const response = await api.request('PATCH', '/v1/settings', { body });
    expect(response.status).toBe(200);
    const settings = settingsSchema.parse(await response.json());
    expect(settings.energy).toEqual(body.energy);
    expect(settings.gpu).toMatchObject(body.gpu);
  });
});
