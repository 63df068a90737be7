import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { prepareDemoCatalogue } from '../../scripts/start/demo-catalogue.ts';
import { type AgentProgram, root, startAgentProgram } from '../../scripts/start/programs.ts';
import { jobsPageSchema } from '../../src/shared/local-api.ts';
import { receiptKeySchema, receiptSigner } from '../../src/shared/receipt.ts';
import { comparedSchema, receiptsPageSchema } from '../../src/shared/receipt-page.ts';
import { freePort } from '../support/free-port.ts';
import { LyingGateway } from '../support/lying-gateway.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { DEMO_MODELS, startTestGateway, type TestGateway } from '../support/test-gateway.ts';

const patience = { timeout: 60_000 };
const CHAT = { model: 'npc-chat', temperature: 0, max_tokens: 12 } as const;
const SECRET = 'a question about the hidden lantern';

describe.skipIf(!existsSync('/usr/bin/bwrap'))('receipts between a real gateway and a real agent', () => {
  const cleanup = new AsyncDisposableStack();
  let folder: string;
  let seen: LyingGateway;
  let gateway: TestGateway;
  let catalogueRoot: string;
  let agent: AgentProgram;

  const startAgent = async () => {
    agent = await startAgentProgram({
      ...{ dataFolder: folder, gatewayUrl: seen.url, catalogueRoot, embedded: true, port: 0 },
    });
  };
  const chat = async () =>
    await gateway.client.chat.completions.create({ ...CHAT, messages: [{ role: 'user', content: SECRET }] });
  const receipts = async () =>
    receiptsPageSchema.parse(await agent.request('GET', '/v1/wallet/receipts?limit=1000'));
  const compare = async () =>
    comparedSchema.parse(await agent.request('POST', '/v1/wallet/receipts/compare')).statements;
  const onDisk = () =>
    readdirSync(path.join(folder, 'receipts'))
      .filter((name) => name.startsWith('receipts-'))
      .map((name) => readFileSync(path.join(folder, 'receipts', name), 'utf8'))
      .join('');

  beforeAll(async () => {
    const place = cleanup.use(temporaryFolder()).path;
    folder = path.join(place, 'agent');
    const catalogue = await prepareDemoCatalogue(path.join(place, 'network'), DEMO_MODELS);
    catalogueRoot = catalogue.root;
    const port = await freePort();
    seen = cleanup.use(await LyingGateway.listen(port));
    gateway = cleanup.use(await startTestGateway({ port, publicUrl: seen.url, catalogue: catalogue.folder }));
    cleanup.defer(() => agent[Symbol.asyncDispose]());
    await startAgent();
  }, 120_000);
  afterAll(() => cleanup.disposeAsync());

  it('are there for all jobs, signed by both, and add up to the wei', async () => {
    for (let job = 0; job < 3; job += 1) await chat();
    await gateway.client.embeddings.create({ model: 'npc-chat', input: [SECRET, 'and another'] });
    const { address } = receiptKeySchema.parse(await (await fetch(`${gateway.url}/v1/receipt-key`)).json());
    await expect.poll(async () => (await receipts()).total, patience).toBe(4);
    const page = await receipts();
    const { jobs } = jobsPageSchema.parse(await agent.request('GET', '/v1/jobs?state=finished'));
    expect(new Map(page.receipts.map((receipt) => [receipt.jobId, receipt.creditWei]))).toEqual(
      new Map(jobs.map((job) => [job.id, job.earnedWei])),
    );
    const sumWei = page.receipts.reduce((sum, { creditWei }) => sum + BigInt(creditWei), 0n);
    expect(page.totalWei).toBe(String(sumWei));
    expect(page.receipts.map(receiptSigner)).toEqual(page.receipts.map(() => address));
    await expect.poll(compare, patience).toMatchObject({ receipts: 4, difference: null });
    expect(JSON.stringify(page)).not.toContain('lantern');

    const cli = (...flags: string[]) => {
      const command = path.join(root, 'out/agent/cli.js');
      const run = [command, 'wallet', 'receipts', ...flags, '--data-dir', folder];
      return spawnSync(process.execPath, run, { encoding: 'utf8' }).stdout;
    };
    expect(cli().split('\n')[1]).toMatch(/^The gateway's statements are the same to the wei\./);
    const csv = cli('--csv').trim().split('\n');
    expect(csv).toHaveLength(5);
    expect(csv[1]?.split(',')[1]).toBe(page.receipts[0]?.jobId);
    expect(z.object({ receipts: z.unknown() }).parse(JSON.parse(cli('--json'))).receipts).toEqual(
      page.receipts,
    );
  });

  it('show that a statement leaves out a job or lowers a credit', async () => {
    const [first, second] = (await receipts()).receipts;
    seen.lie = (statement) => ({
      ...statement,
      jobs: statement.jobs.filter(({ jobId }) => jobId !== first?.jobId),
    });
    await expect
      .poll(async () => (await compare())?.difference, patience)
      .toContain(`leaves out 1 job for which it signed`);
    await expect
      .poll(async () => (await agent.status()).notices.map(({ code }) => code), patience)
      .toContain('statement-difference');
    seen.lie = (statement) => ({
      ...statement,
      jobs: statement.jobs.map((job) => (job.jobId === second?.jobId ? { ...job, creditWei: '1' } : job)),
    });
    await expect
      .poll(async () => (await compare())?.difference, patience)
      .toContain('0.000000000000000001 GATA instead of');
    seen.lie = (statement) => statement;
    await expect.poll(async () => (await compare())?.difference, patience).toBeNull();
    expect((await agent.status()).notices.map(({ code }) => code)).not.toContain('statement-difference');
  });

  it('come to an agent that was killed between its result and the acknowledgement', async () => {
    const before = (await receipts()).total;
    seen.speech = 'one-offer';
    await chat();
    expect(seen.speech).toBe('none');
    // The buyer has the whole answer, so the result is durable; nothing of it came back to the agent.
    agent.child.process.kill('SIGKILL');
    await once(agent.child.process, 'exit');
    expect(onDisk().split('"receipt":{').length - 1).toBe(before);
    seen.speech = 'all';
    await startAgent();
    await expect.poll(compare, patience).toMatchObject({ receipts: before + 1, difference: null });
    const { total, receipts: all } = await receipts();
    expect(total).toBe(before + 1);
    expect(new Set(all.map(({ jobId }) => jobId)).size).toBe(total);
  });
});
