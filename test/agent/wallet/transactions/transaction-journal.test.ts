import { randomUUID } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../../../src/agent/wallet/transactions/journal-event.ts';
import { TransactionJournal } from '../../../../src/agent/wallet/transactions/transaction-journal.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const ACCOUNT = `0x${'a1'.repeat(20)}`;
const HASH = `0x${'5e'.repeat(32)}`;
const OTHER_BLOCK = `0x${'77'.repeat(32)}`;

function intended(id: string): JournalEvent {
  return {
    type: 'intended',
    id,
    at: new Date(0).toISOString(),
    account: ACCOUNT,
    action: { kind: 'withdraw' },
    calls: [{ name: 'staking.withdrawUnstaked', to: ACCOUNT, data: '0x' }],
    signElsewhere: false,
    relayed: false,
  };
}

function signed(id: string, nonce: number): JournalEvent {
  return {
    type: 'signed',
    id,
    at: new Date(0).toISOString(),
    call: 0,
    purpose: 'call',
    nonce,
    gasLimit: '1',
    gasPriceWei: '1',
    hash: HASH,
    raw: '0x00',
  };
}

describe('the journal', () => {
  it('is closed to others, and reads what it wrote', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'wallet', 'transactions-1.jsonl');
    const id = randomUUID();
    using journal = TransactionJournal.open(path);
    journal.write({ type: 'chain', firstBlock: HASH });
    journal.write(intended(id));
    journal.write(signed(id, 3));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    using again = TransactionJournal.open(path);
    expect(again.firstBlock).toBe(HASH);
    expect(again.operations).toEqual(journal.operations);
  });

  it('forgets the last line when it was cut short anywhere, and nothing else', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'transactions-1.jsonl');
    const ids = [randomUUID(), randomUUID()];
    {
      using journal = TransactionJournal.open(path);
      for (const id of ids) journal.write(intended(id));
    }
    const whole = readFileSync(path);
    const firstEnds = whole.indexOf(0x0a) + 1;
    fc.assert(
      fc.property(fc.integer({ min: firstEnds, max: whole.length - 1 }), (bytes) => {
        writeFileSync(path, whole);
        truncateSync(path, bytes);
        {
          using torn = TransactionJournal.open(path);
          expect(torn.operations.map(({ id }) => id)).toEqual(ids.slice(0, 1));
          torn.write(intended(ids[1] ?? ''));
        }
        expect(readFileSync(path)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('stops at a damaged line and leaves the file as it is', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'transactions-1.jsonl');
    for (const damage of ['{"type":"intended"\n', '\0\0\0\0\n', '{"type":"signed","id":1}\n', '[]\n']) {
      writeFileSync(path, '');
      {
        using journal = TransactionJournal.open(path);
        journal.write(intended(randomUUID()));
      }
      appendFileSync(path, damage);
      const before = readFileSync(path);
      expect(() => TransactionJournal.open(path)).toThrow(/Line 2 .* cannot be read/);
      expect(readFileSync(path)).toEqual(before);
    }
  });

  it('begins anew for another chain, keeps the old file, and takes along what was not begun', () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'transactions-1.jsonl');
    const [begun, waiting] = [randomUUID(), randomUUID()];
    using journal = TransactionJournal.open(path);
    journal.write({ type: 'chain', firstBlock: HASH });
    for (const id of [begun, waiting]) journal.write(intended(id));
    journal.write(signed(begun, 0));
    const before = readFileSync(path);
    const keptAs = journal.startAnew(OTHER_BLOCK, new Date('2026-11-20T10:00:00Z'));
    expect(keptAs).toBe('transactions-1.until-2026-11-20T10-00-00-000Z.jsonl');
    expect(readFileSync(join(folder.path, keptAs))).toEqual(before);
    expect(readdirSync(folder.path)).toHaveLength(2);
    expect(journal.operations.map(({ id }) => id)).toEqual([waiting]);
    journal.write(signed(waiting, 0));
    using again = TransactionJournal.open(path);
    expect(again.firstBlock).toBe(OTHER_BLOCK);
    expect(again.operations).toEqual(journal.operations);
  });
});
