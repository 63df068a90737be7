import { readFileSync } from 'node:fs';
import path from 'node:path';
import OpenAI from 'openai';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { root } from '../../scripts/start/programs.ts';
import { startLoop } from '../support/loop.ts';
import { workersOf } from '../support/process-tree.ts';

const samplesSchema = z.array(z.object({ label: z.string(), png: z.string() }));

it.runIf(process.platform === 'linux')(
  'runs the whole loop in Landlock, out of which nothing leads, when told to',
  async () => {
    await using loop = await startLoop(['--sandbox', 'landlock']);
    const { agent, gateway } = loop;
    const { sandbox } = await agent.status();
    expect(sandbox).toMatchObject({ mechanism: 'landlock', working: true, selfTest: { escapes: [] } });
    expect(sandbox.selfTest?.attempts).toBeGreaterThan(30);

    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.apiKey, maxRetries: 0 });
    const chat = await client.chat.completions.create({
      model: 'npc-chat',
      messages: [{ role: 'user', content: 'Hello!' }],
      max_tokens: 20,
    });
    expect(chat.choices[0]?.message.content?.length).toBeGreaterThan(0);
    const { data } = await client.embeddings.create({ model: 'npc-chat', input: ['A sword.'] });
    expect(data).toHaveLength(1);

    const samples = readFileSync(path.join(root, 'assets/samples/digits-held-out.json'), 'utf8');
    const [digit] = samplesSchema.parse(JSON.parse(samples));
    const response = await fetch(`${gateway.url}/v1/images/classifications`, {
      method: 'POST',
      headers: { authorization: `Bearer ${gateway.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'digits', image: digit?.png }),
    });
    expect(response.status).toBe(200);

    // The launcher has become the worker: there is one process for each model.
    const workers = workersOf(agent.endpoint.pid);
    expect(workers).toHaveLength(2);
    for (const pid of workers) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      expect(status).toMatch(/^CapEff:\s+0+$/m);
      expect(status).toMatch(/^Seccomp:\s+2$/m);
    }
  },
);
