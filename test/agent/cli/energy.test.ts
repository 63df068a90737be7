import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeEndpointFile } from '../../../src/agent/api/endpoint-file.ts';
import { asApiError } from '../../../src/agent/api/error-reply.ts';
import { energyRoutes } from '../../../src/agent/api/routes/energy.ts';
import { loadTokens } from '../../../src/agent/api/tokens.ts';
import { EnergyReport } from '../../../src/agent/energy/energy-report.ts';
import { JobHistory } from '../../../src/agent/jobs/job-history.ts';
import { energyPageSchema, type JobView } from '../../../src/shared/local-api.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/shared/settings.ts';
import { runFromSource } from '../../support/agent-from-source.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NOON = new Date(2026, 10, 20, 12);
const TOLD = { tariff: { kind: 'flat', pricePerKilowattHour: 0.32 }, gataPrice: 0.05 } as const;

const stack = new AsyncDisposableStack();
let folder: string;
let settings: Settings = DEFAULT_SETTINGS;

beforeAll(async () => {
  folder = stack.use(temporaryFolder()).path;
  const clock = { now: () => NOON };
  const history = stack.use(await JobHistory.open({ folder, clock, logger: pino({ level: 'silent' }) }));
  for (let job = 0; job < 5; job += 1) history.put(jobDaysAgo(0));
  history.put(jobDaysAgo(1));
  const energy = new EnergyReport({
    quartersSince: (since) => history.quartersSince(since),
    latestJobs: (limit) => history.page({ limit }).jobs,
    settings: () => settings,
    clock,
  });
  const app = fastify().withTypeProvider<ZodTypeProvider>();
  stack.defer(() => app.close());
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((thrown, _request, reply) => {
    const error = asApiError(thrown, 0);
    return reply.code(error.status).send(error.toBody());
  });
  await app.register(energyRoutes({ energy }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const tokens = loadTokens(folder);
  stack.use(
    writeEndpointFile(folder, { port: portOf(app.server.address()), pid: process.pid, version: '0', tokens }),
  );
});
afterAll(() => stack.disposeAsync());

function jobDaysAgo(days: number): JobView {
  const at = new Date(2026, 10, 20 - days, 11).toISOString();
  return {
    id: crypto.randomUUID(),
    attempt: 1,
    kind: 'text.generate',
    modelId: 'npc-chat',
    state: 'finished',
    acceptedAt: at,
    startedAt: at,
    endedAt: at,
    tokens: 1,
    provider: 'cuda',
    runMs: 1,
    energyJoules: 360_000,
    earnedWei: '1234567890123456789',
    error: null,
  };
}

const gata = (...args: string[]) => runFromSource('cli', [...args, '--data-dir', folder]);

describe('gata energy', () => {
  it('shows days as a table, and how to tell the prices', async () => {
    settings = DEFAULT_SETTINGS;
    const { stdout, exitCode } = await gata('energy', '--days', '3');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'Day           kWh      GATA  Cost EUR  Worth EUR  Net EUR',
      '2026-11-20  0.500  6.172839         –          –        –',
      '2026-11-19  0.100  1.234567         –          –        –',
      '2026-11-18  0.000  0.000000         –          –        –',
      'The latest work earned 12.345678 GATA per kWh.',
      'Tell what electricity and GATA are worth to you, for the rest:',
      expect.stringContaining('energy.tariff'),
      expect.stringContaining('energy.gataPrice'),
      '',
    ]);
  });

  it('goes by the prices of the moment', async () => {
    settings = { ...DEFAULT_SETTINGS, energy: { ...DEFAULT_SETTINGS.energy, ...TOLD, currency: 'USD' } };
    expect((await gata('energy', '--days', '2')).stdout.split('\n')).toEqual([
      'Day           kWh      GATA  Cost USD  Worth USD  Net USD',
      '2026-11-20  0.500  6.172839      0.16       0.31     0.15',
      '2026-11-19  0.100  1.234567      0.03       0.06     0.03',
      'The latest work earned 12.345678 GATA per kWh.',
      '',
    ]);
  });

  it('prints the page of the API with --json, a week unless told otherwise', async () => {
    const page = energyPageSchema.parse(JSON.parse((await gata('energy', '--json')).stdout));
    expect(page.days).toHaveLength(7);
    expect(page.days[0]).toMatchObject({ date: '2026-11-20', earnedWei: '6172839450617283945' });
    expect(page.earnedWeiPerKilowattHour).toBe('12345678901234567890');
  });

  it.each(['0', '32', '1.5', 'many'])('refuses %s days', async (days) => {
    const { exitCode, stderr } = await gata('energy', '--days', days);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: days: /);
  });
});

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server is not listening.');
  return address.port;
}
