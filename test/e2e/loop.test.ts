import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type AgentProgram, type GatewayProgram, root } from '../../scripts/start/programs.ts';
import { jobsPageSchema } from '../../src/shared/local-api.ts';
import { BusyBuyer } from '../support/busy-buyer.ts';
import { startLoop } from '../support/loop.ts';
import { isAlive, workersOf } from '../support/process-tree.ts';

const PATIENCE_MS = 30_000;
const GAME_NAME = 'loop-test-game';

describe.skipIf(!existsSync('/usr/bin/bwrap'))('the whole loop', () => {
  const cleanup = new AsyncDisposableStack();
  let gateway: GatewayProgram;
  let agent: AgentProgram;
  let client: OpenAI;
  let folder: string;

  beforeAll(async () => {
    ({ folder, gateway, agent } = cleanup.use(await startLoop()));
    client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.apiKey, maxRetries: 0 });
    copyFileSync('/bin/sleep', path.join(folder, GAME_NAME));
    await agent.request('PATCH', '/v1/settings', { games: { include: [GAME_NAME], resumeDelaySeconds: 0 } });
  });
  afterAll(() => cleanup.disposeAsync());

  it('answers a chat, streamed and whole, with the same words', async () => {
    const request = {
      model: 'npc-chat',
      messages: [{ role: 'user' as const, content: 'Hello! Who are you?' }],
      temperature: 0,
      max_tokens: 40,
    };
    const whole = await client.chat.completions.create(request);
    const stream = await client.chat.completions.create({ ...request, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text.length).toBeGreaterThan(0);
    expect(text).toBe(whole.choices[0]?.message.content);
  });

  it('embeds text as unit vectors', async () => {
    const { data } = await client.embeddings.create({ model: 'npc-chat', input: ['A sword.', 'A blade.'] });
    expect(data).toHaveLength(2);
    for (const { embedding } of data) {
      expect(embedding.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 3);
    }
  });

  it('reads handwritten digits it has never seen', async () => {
    const digits = z
      .array(z.object({ label: z.string(), png: z.string() }))
      .parse(JSON.parse(readFileSync(path.join(root, 'assets/samples/digits-held-out.json'), 'utf8')))
      .slice(0, 40);
    let right = 0;
    for (const { label, png } of digits) {
      const answer = z
        .object({ labels: z.array(z.object({ label: z.string() })).min(1) })
        .parse(
          await client.post('/images/classifications', { body: { model: 'digits', image: png, top_k: 1 } }),
        );
      if (answer.labels[0]?.label === label) right += 1;
    }
    expect(right).toBeGreaterThanOrEqual(38);
  });

  it('shows its jobs on the local API, without what was said', async () => {
    const page = jobsPageSchema.parse(await agent.request('GET', '/v1/jobs?state=finished'));
    expect(new Set(page.jobs.map((job) => job.kind))).toEqual(
      new Set(['text.generate', 'embedding', 'image.classify']),
    );
    expect(JSON.stringify(page)).not.toContain('Who are you');
    expect((await agent.status()).today.finished).toBe(page.jobs.length);
  });

  it('kills the worker when a game starts, says why, and continues the same stream after it', async () => {
    await using buyer = new BusyBuyer(gateway.url, gateway.apiKey);
    await buyer.nextToken(PATIENCE_MS);
    const workers = workersOf(agent.endpoint.pid);
    expect(workers.length).toBeGreaterThan(0);

    const game = spawn(path.join(folder, GAME_NAME), ['600'], { stdio: 'ignore' });
    try {
      const deadline = Date.now() + 1000;
      while (workers.some(isAlive) && Date.now() < deadline) await sleep(2);
      expect(workers.some(isAlive)).toBe(false);
      const status = await agent.status();
      expect(status.state).toBe('paused');
      expect(status.reasons[0]?.code).toBe('game-running');
      expect(status.reasons[0]?.message).toContain(GAME_NAME);
    } finally {
      game.kill('SIGKILL');
    }
    await buyer.nextToken(PATIENCE_MS);
    expect((await agent.status()).state).toBe('working');
  });
});
