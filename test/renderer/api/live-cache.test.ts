import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GpuRecorder } from '../../../src/renderer/api/gpu-recorder.ts';
import { LiveCache } from '../../../src/renderer/api/live-cache.ts';
import { queryKeys } from '../../../src/renderer/api/query-keys.ts';
import { SpeedHistory } from '../../../src/renderer/api/speed-history.ts';
import type { Status } from '../../../src/shared/local-api.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';
import { jobView, modelView, readyState, workingState } from '../../support/dashboard-fixtures.ts';
import { questionedView } from '../../support/dashboard-game-fixtures.ts';
import { CARD_UUID, gpuSample, gpusPage, gpuView } from '../../support/dashboard-gpu-fixtures.ts';

class PageVisibility extends EventTarget {
  hidden = false;

  set(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

let queries: QueryClient;
let visibility: PageVisibility;
let speed: SpeedHistory;
let recorder: GpuRecorder;
let cache: LiveCache;

beforeEach(() => {
  vi.useFakeTimers();
  queries = new QueryClient();
  visibility = new PageVisibility();
  speed = new SpeedHistory(() => Date.now());
  recorder = new GpuRecorder();
  cache = new LiveCache(queries, speed, recorder, visibility);
});
afterEach(() => {
  cache[Symbol.dispose]();
  queries.clear();
  vi.useRealTimers();
});

it('writes the newest of each thing a few times a second', () => {
  let writes = 0;
  queries.getQueryCache().subscribe((event) => {
    if (event.type === 'updated' && event.action.type === 'success') writes++;
  });
  for (let tokens = 0; tokens < 50; tokens++)
    cache.take({ event: 'status', data: workingState(jobView({ tokens }), { tokensPerSecond: tokens }) });
  expect(queries.getQueryData(queryKeys.status)).toBeUndefined();
  vi.advanceTimersByTime(250);
  expect(queries.getQueryData(queryKeys.status)).toMatchObject({ tokensPerSecond: 49 });
  expect(writes).toBe(1);
  expect(speed.samples()).toEqual([49]);
});

it('does not let an event that waited overwrite a newer answer', () => {
  const invalidate = vi.spyOn(queries, 'invalidateQueries');
  cache.take({ event: 'status', data: workingState() });
  vi.advanceTimersByTime(50);
  queries.setQueryData(queryKeys.status, readyState());
  vi.advanceTimersByTime(250);
  expect(queries.getQueryData(queryKeys.status)).toMatchObject({ state: 'ready' });
  expect(invalidate).toHaveBeenCalledWith({ queryKey: queryKeys.status });
});

it('brings jobs into every loaded list that takes them, and into their details', () => {
  const job = jobView({ state: 'running' });
  queries.setQueryData(queryKeys.jobs({}), { pages: [{ jobs: [], more: false }], pageParams: [undefined] });
  queries.setQueryData(queryKeys.jobs({ state: 'failed' }), {
    pages: [{ jobs: [], more: false }],
    pageParams: [undefined],
  });
  queries.setQueryData(queryKeys.job(job.id), job);
  const done = { ...job, state: 'finished' as const };
  cache.take({ event: 'job', data: done });
  vi.advanceTimersByTime(250);
  expect(queries.getQueryData(queryKeys.jobs({}))).toMatchObject({ pages: [{ jobs: [done] }] });
  expect(queries.getQueryData(queryKeys.jobs({ state: 'failed' }))).toMatchObject({ pages: [{ jobs: [] }] });
  expect(queries.getQueryData(queryKeys.job(job.id))).toEqual(done);
});

it('adds and replaces models', () => {
  queries.setQueryData(queryKeys.models, { models: [modelView()] });
  const other = modelView({ digest: 'f'.repeat(64) });
  cache.take({ event: 'model', data: modelView({ downloadedBytes: 7 }) });
  cache.take({ event: 'model', data: other });
  vi.advanceTimersByTime(250);
  expect(queries.getQueryData(queryKeys.models)).toMatchObject({
    models: [{ downloadedBytes: 7 }, { digest: other.digest }],
  });
});

it('writes nothing while nobody looks, and is up to date at the first look', () => {
  queries.setQueryData(queryKeys.models, { models: [] });
  queries.setQueryData(queryKeys.gpuHistory(CARD_UUID), 7200);
  visibility.set(true);
  cache.take({ event: 'status', data: readyState() });
  cache.take({ event: 'job', data: jobView() });
  vi.advanceTimersByTime(60_000);
  expect(queries.getQueryData(queryKeys.status)).toBeUndefined();
  visibility.set(false);
  expect(queries.getQueryData(queryKeys.status)).toMatchObject({ state: 'ready' });
  expect(queries.getQueryState(queryKeys.models)?.isInvalidated).toBe(true);
  expect(queries.getQueryState(queryKeys.gpuHistory(CARD_UUID))?.isInvalidated).toBe(false);
});

it('records every reading, also while nobody looks, and shows the newest', () => {
  const reading = (atMs: number) => gpusPage({ gpus: [gpuView({ sample: gpuSample({ atMs }) })] });
  cache.take({ event: 'gpus', data: reading(1000) });
  cache.take({ event: 'gpus', data: reading(1500) });
  vi.advanceTimersByTime(250);
  expect(queries.getQueryData(queryKeys.gpus)).toEqual(reading(1500));
  visibility.set(true);
  cache.take({ event: 'gpus', data: reading(2000) });
  cache.take({ event: 'gpus', data: gpusPage({ gpus: [gpuView({ sample: null })] }) });
  vi.advanceTimersByTime(60_000);
  expect(queries.getQueryData(queryKeys.gpus)).toEqual(reading(1500));
  expect([...recorder.series(CARD_UUID).times]).toEqual([1000, 1500, 2000]);
  visibility.set(false);
  expect(queries.getQueryData(queryKeys.gpus)).toMatchObject({ gpus: [{ sample: null }] });
});

it('does not let settings from before a change on its way overwrite it', () => {
  const dark = { ...DEFAULT_SETTINGS, appearance: { theme: 'dark' as const } };
  queries.setQueryData(queryKeys.settings, dark);
  const never = new Promise<void>(() => undefined);
  const mutation = queries
    .getMutationCache()
    .build(queries, { mutationKey: queryKeys.settings, mutationFn: () => never });
  void mutation.execute(undefined);
  cache.take({ event: 'settings', data: DEFAULT_SETTINGS });
  vi.advanceTimersByTime(250);
  expect(queries.getQueryData(queryKeys.settings)).toEqual(dark);
});

it('asks for the games again when one started, was judged anew, or the user chose otherwise elsewhere', () => {
  queries.setQueryData(queryKeys.games, { running: [] });
  const isOld = () => {
    const old = queries.getQueryState(queryKeys.games)?.isInvalidated;
    queries.setQueryData(queryKeys.games, { running: [] });
    return old;
  };
  const show = (games: Status['games']) => {
    cache.take({ event: 'status', data: readyState({ games }) });
    vi.advanceTimersByTime(250);
    return isOld();
  };
  const game = questionedView();
  expect(show([game])).toBe(true);
  expect(show([game])).toBe(false);
  expect(show([{ ...game, certainty: 'game' }])).toBe(true);
  const settings = structuredClone(DEFAULT_SETTINGS);
  cache.take({ event: 'settings', data: settings });
  vi.advanceTimersByTime(250);
  expect(isOld()).toBe(true);
  cache.take({ event: 'settings', data: { ...settings, appearance: { theme: 'dark' } } });
  vi.advanceTimersByTime(250);
  expect(isOld()).toBe(false);
  settings.games.choices = { [game.key]: 'share' };
  cache.take({ event: 'settings', data: settings });
  vi.advanceTimersByTime(250);
  expect(isOld()).toBe(true);
});
