import { existsSync, mkdtempSync } from 'node:fs';
import { join, resolve } from 'node:path';
import OpenAI from 'openai';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadNodeKey } from '../../../src/agent/identity/node-key.ts';
import type { Compute } from '../../../src/agent/jobs/compute.ts';
import { createCompute } from '../../../src/agent/jobs/create-compute.ts';
import { createWorkerStarter } from '../../../src/agent/jobs/start-worker.ts';
import type { StartWorker } from '../../../src/agent/jobs/worker-pool.ts';
import { inspectorEntry, ThreadInspector } from '../../../src/agent/models/admission/thread-inspector.ts';
import { ModelCache } from '../../../src/agent/models/model-cache.ts';
import { Bubblewrap } from '../../../src/agent/sandbox/bubblewrap.linux.ts';
import { chooseSandbox } from '../../../src/agent/sandbox/choose-sandbox.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings.ts';
import { ANY_MODEL } from '../../support/any-model.ts';
import { builtWorker } from '../../support/built-program.ts';
import { LOADED, READY, scriptedWorker, sendScript } from '../../support/scripted-worker.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestGateway, type TestGateway } from '../../support/test-gateway.ts';

const PATIENCE = { timeout: 30_000, interval: 10 };
const CHAT = {
  model: 'npc-chat',
  messages: [{ role: 'user' as const, content: 'Tell me everything you know about this place.' }],
  temperature: 0,
  max_tokens: 100,
  min_tokens: 100,
};

describe.skipIf(!existsSync('/usr/bin/bwrap'))(
  'a model whose workers crash, between a real gateway and real workers',
  () => {
    const stack = new AsyncDisposableStack();
    const logger = pino({ level: process.env.GATA_TEST_LOG ?? 'silent' });
    /** Workers that crash in their first run, before one that does not. */
    let crashesLeft = 0;
    let agentFolder: string;
    let gateway: TestGateway;
    let client: OpenAI;
    let open: (agentVersion: string) => Promise<Compute>;
    let compute: Compute;

    beforeAll(async () => {
      const root = stack.use(temporaryFolder()).path;
      agentFolder = mkdtempSync(join(root, 'agent-'));
      const scriptFolder = mkdtempSync(join(root, 'script-'));
      gateway = stack.use(await startTestGateway());
      client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.apiKey, maxRetries: 0 });
      const [{ nodeKey }, models, sandbox] = await Promise.all([
        loadNodeKey(agentFolder, systemClock),
        ModelCache.open({
          folder: join(agentFolder, 'models'),
          quotaBytes: () => DEFAULT_SETTINGS.models.cacheBytes,
          gate: ANY_MODEL,
          inspector: new ThreadInspector(inspectorEntry(resolve('.'))),
          clock: systemClock,
          logger,
        }),
        chooseSandbox({ program: await builtWorker() }),
      ]);
      stack.use(models);
      // No signal but SIGKILL reaches a worker, which is the first process of its sandbox: it crashes by itself.
      const crash = `${sendScript(READY)} process.stdin.once('data', () => {
      ${sendScript(LOADED)} process.stdin.once('data', () => process.abort()); });
      setInterval(() => {}, 1000);`;
      const crashing = await Bubblewrap.create('/usr/bin/bwrap', scriptedWorker(scriptFolder, crash));
      const options = { providers: ['cpu'] as const, logger };
      const startGood = createWorkerStarter({ ...options, sandbox });
      const startCrashing = createWorkerStarter({ ...options, sandbox: crashing });
      const startWorker: StartWorker = async (...args) => {
        crashesLeft -= 1;
        return crashesLeft >= 0 ? await startCrashing(...args) : await startGood(...args);
      };
      open = async (agentVersion) => {
        const opened = await createCompute({
          ...{ dataFolder: agentFolder, gatewayUrl: gateway.url, agentVersion, nodeKey, models, startWorker },
          energyOf: () => null,
          sandboxMechanism: sandbox.mechanism,
          settings: () => ({ ...DEFAULT_SETTINGS, compute: { allowUnsandboxed: true, cpuThreads: 1 } }),
          clock: systemClock,
          logger,
        });
        opened.connect();
        opened.resume();
        await vi.waitUntil(() => opened.snapshot().network.state === 'connected', PATIENCE);
        return opened;
      };
      compute = await open('1.0.0');
    });
    afterAll(async () => {
      await compute[Symbol.asyncDispose]();
      await stack.disposeAsync();
    });

    it('is not run any more, over restarts, until the user tries it again', async () => {
      crashesLeft = 2;
      const answer = client.chat.completions.create(CHAT);
      await vi.waitUntil(() => compute.snapshot().quarantinedModels.length === 1, PATIENCE);
      expect(compute.snapshot().quarantinedModels).toMatchObject([
        { modelId: 'npc-chat', faults: [{ kind: 'crash' }, { kind: 'crash' }] },
      ]);
      expect(compute.snapshot().fault).toBeNull();

      await compute[Symbol.asyncDispose]();
      compute = await open('1.0.0');
      const [model] = compute.snapshot().quarantinedModels;
      expect(model?.modelId).toBe('npc-chat');
      // Another model is run all the same; the job in question waits at the gateway.
      const pixels = Buffer.alloc(64 * 4).toString('base64');
      const other = await fetch(`${gateway.url}/v1/onnx/runs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'digits',
          inputs: { pixel_values: { type: 'float32', shape: [1, 1, 8, 8], data: pixels } },
        }),
      });
      expect(other.status).toBe(200);
      expect(compute.jobs({ limit: 500 }).jobs.filter((job) => job.state === 'running')).toEqual([]);

      expect(compute.retryModel(model?.digest ?? '')).toBe(true);
      const { choices } = await answer;
      expect(choices[0]?.message.content?.length).toBeGreaterThan(100);
      expect(compute.snapshot().quarantinedModels).toEqual([]);
    });

    it('is tried again after an update of Gata', async () => {
      // The good worker of the run before is still warm.
      await compute.halt();
      compute.resume();
      crashesLeft = 2;
      const answer = client.chat.completions.create(CHAT);
      await vi.waitUntil(() => compute.snapshot().quarantinedModels.length === 1, PATIENCE);
      await compute[Symbol.asyncDispose]();
      compute = await open('1.1.0');
      expect(compute.snapshot().quarantinedModels).toEqual([]);
      expect((await answer).choices[0]?.message.content?.length).toBeGreaterThan(100);
    });
  },
);
