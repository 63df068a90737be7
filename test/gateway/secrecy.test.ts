import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresServer } from '../support/postgres-server.ts';
import { generates, ScriptedNode } from '../support/scripted-node.ts';
import { startTestGateway, type TestGateway } from '../support/test-gateway.ts';

const TALE = { pieces: ['Once', ' upon', ' a', ' time', '.'] };

describe.skipIf(!hasPostgres)('a database that refuses what it is given', () => {
  let database: PostgresServer;
  let gateway: TestGateway;
  let logged = '';
  beforeAll(async () => {
    database = await PostgresServer.start();
    const write = (line: string): void => {
      logged += line;
    };
    const log = pino({ level: 'trace' }, { write });
    gateway = await startTestGateway({ database: database.url, log });
  });
  afterAll(async () => {
    await gateway[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  it("brings neither prompts, answers nor keys into its log, nor into the gateway's", async () => {
    await using node = await ScriptedNode.connect(gateway.url, { behaviour: generates(TALE) });
    const prompt = `CANARY-${randomBytes(8).toString('hex')}`;
    const ask = (key: string) =>
      gateway.client.chat.completions.create(
        { model: 'npc-chat', messages: [{ role: 'user', content: prompt }] },
        { headers: { 'idempotency-key': key } },
      );
    await ask('first');
    const sql = new pg.Client({ connectionString: database.url });
    await sql.connect();
    try {
      // The reason for which PostgreSQL shows the row that it refuses.
      await sql.query("ALTER TABLE jobs ADD CONSTRAINT none CHECK (idempotency_key <> 'refused') NOT VALID");
      await expect(ask('refused')).rejects.toMatchObject({ status: 500 });
    } finally {
      await sql.end();
    }
    expect(node.messages('offer')).toHaveLength(1);
    await expect.poll(() => database.log).toContain('violates check constraint');
    expect(logged).toContain('a request failed');
    for (const [place, text] of [
      ['the log of PostgreSQL', database.log],
      ['the log of the gateway', logged],
    ] as const) {
      for (const secret of [prompt, gateway.apiKey]) {
        for (const form of [secret, Buffer.from(secret).toString('hex')]) {
          expect(text.includes(form), `${place} has ${form}`).toBe(false);
        }
      }
    }
  });
});
