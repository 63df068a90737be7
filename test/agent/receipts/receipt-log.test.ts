import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReceiptLog } from '../../../src/agent/receipts/receipt-log.ts';
import type { Receipt } from '../../../src/shared/receipt.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const logger = pino({ level: 'silent' });
const GATEWAY = 'https://gateway.test';
const SIGNER = `0x${'a'.repeat(40)}`;

function receipt(creditWei: bigint): Receipt {
  return {
    ...{ jobId: randomUUID(), attempt: 1, nodeId: `0x${'b'.repeat(40)}`, gateway: GATEWAY },
    ...{ kind: 'embedding', modelDigest: 'c'.repeat(64), promptTokens: 1, completionTokens: 0 },
    ...{ resultSha256: 'd'.repeat(64), startedAtMs: 1, finishedAtMs: 2, creditedAtMs: 3 },
    ...{ creditWei: String(creditWei), nodeSignature: `0x${'1'.repeat(130)}` },
    gatewaySignature: `0x${'2'.repeat(130)}`,
  };
}

describe('the receipts on the disk', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder[Symbol.dispose]());
  /** Files of two receipts or so. */
  const open = () => new ReceiptLog(folder.path, logger, 1_500);
  const files = () => readdirSync(folder.path).sort();

  it('are read again over many files, in order and by pages of any size', async () => {
    const receipts = Array.from({ length: 11 }, (_, index) => receipt(BigInt(index)));
    for (const [index, each] of receipts.entries()) {
      await using log = open();
      await log.keep(each, SIGNER);
      await log.keep(each, SIGNER);
      expect((await log.totals()).receipts).toBe(index + 1);
    }
    expect(files().length).toBeGreaterThan(3);
    if (process.platform !== 'win32') {
      for (const file of files()) expect(statSync(join(folder.path, file)).mode & 0o777).toBe(0o600);
    }
    await using log = open();
    expect(await log.totals()).toEqual({ receipts: 11, creditWei: 55n });
    for (const limit of [1, 2, 3, 11, 100]) {
      const read: Receipt[] = [];
      let after: string | undefined;
      do {
        const page = await log.read(after, limit);
        read.push(...page.receipts);
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(read).toEqual(receipts);
    }
  });

  it('are read at the start only from the oldest open one on, with the sums of all', async () => {
    const receipts = Array.from({ length: 10 }, (_, index) => receipt(BigInt(index + 1)));
    {
      await using log = open();
      for (const each of receipts) {
        await log.keep(each, SIGNER);
        await log.flush();
      }
      await log.close(
        1,
        receipts.slice(0, 9).map(({ jobId }) => jobId),
      );
      await log.flush();
      // The next file says where to begin.
      for (let count = 0; count < 3; count += 1) {
        await log.keep(receipt(0n), SIGNER);
        await log.flush();
      }
    }
    const [first = ''] = files();
    rmSync(join(folder.path, first));
    await using log = open();
    expect(await log.totals()).toEqual({ receipts: 13, creditWei: 55n });
    expect([...(await log.openOf(GATEWAY)).keys()]).toHaveLength(4);
    expect((await log.openOf('https://other.test')).size).toBe(0);
  });

  it('lose only the line that a power cut took a part of', async () => {
    const [whole, cut, later] = [receipt(1n), receipt(2n), receipt(4n)];
    {
      await using log = new ReceiptLog(folder.path, logger);
      await log.keep(whole, SIGNER);
      await log.keep(cut, SIGNER);
    }
    const file = join(folder.path, files()[0] ?? '');
    truncateSync(file, statSync(file).size - 7);
    {
      await using log = new ReceiptLog(folder.path, logger);
      expect((await log.totals()).creditWei).toBe(1n);
      await log.keep(later, SIGNER);
    }
    await using log = new ReceiptLog(folder.path, logger);
    expect((await log.read(undefined, 10)).receipts).toEqual([whole, later]);
    expect(await log.totals()).toEqual({ receipts: 2, creditWei: 5n });
  });

  it('are only added to', async () => {
    await using log = new ReceiptLog(folder.path, logger);
    await log.keep(receipt(1n), SIGNER);
    await log.flush();
    const file = join(folder.path, files()[0] ?? '');
    const before = readFileSync(file, 'utf8');
    await log.close(1, [...(await log.openOf(GATEWAY)).keys()]);
    await log.keep(receipt(2n), SIGNER);
    await log.flush();
    expect(readFileSync(file, 'utf8').startsWith(before)).toBe(true);
    writeFileSync(file, 'not a receipt\n', { flag: 'a' });
    await using again = new ReceiptLog(folder.path, logger);
    expect((await again.totals()).receipts).toBe(2);
  });
});
