import { Wallet } from 'ethers/wallet';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadNodeKey, type NodeKey } from '../../../src/agent/identity/node-key.ts';
import { NoticeBoard } from '../../../src/agent/notice-board.ts';
import { ReadyTime } from '../../../src/agent/receipts/ready-time.ts';
import { ReceiptDesk } from '../../../src/agent/receipts/receipt-desk.ts';
import { ReceiptLog } from '../../../src/agent/receipts/receipt-log.ts';
import { ReviewState } from '../../../src/agent/receipts/review-state.ts';
import type { StatementGateway } from '../../../src/agent/receipts/statement-reader.ts';
import { StatementReview } from '../../../src/agent/receipts/statement-review.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import type { RewardStatement } from '../../../src/shared/reward-statement.ts';
import { SETTLED_GATEWAY, SettledGateway } from '../../support/settled-gateway.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const logger = pino({ level: 'silent' });
const gatewayFolder = temporaryFolder();
let gateway: SettledGateway;

beforeAll(async () => {
  gateway = await SettledGateway.open(gatewayFolder.path);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  gatewayFolder[Symbol.dispose]();
});

interface Parts extends AsyncDisposable {
  readonly log: ReceiptLog;
  readonly desk: ReceiptDesk;
  readonly notices: NoticeBoard;
  readonly review: StatementReview;
}

describe('the review of statements', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let nodeKey: NodeKey;
  let payout: string;
  let node: Parts;

  /** The parts of an agent, as at its start. */
  const start = (seen: StatementGateway = gateway.asSeenBy(nodeKey.nodeId)): Parts => {
    const stack = new AsyncDisposableStack();
    const log = stack.use(new ReceiptLog(folder.path, logger));
    const desk = stack.use(new ReceiptDesk({ nodeKey, log, gateway: () => SETTLED_GATEWAY, logger }));
    const readyTime = stack.use(new ReadyTime(folder.path, systemClock, logger));
    const notices = new NoticeBoard(systemClock);
    const state = new ReviewState(folder.path, logger);
    const review = stack.use(
      new StatementReview({
        gateway: seen,
        log,
        desk,
        readyTime,
        state,
        notices,
        clock: systemClock,
        logger,
      }),
    );
    return { log, desk, notices, review, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  };
  const restart = async (seen?: StatementGateway) => {
    await node[Symbol.asyncDispose]();
    node = start(seen);
    await node.review.refresh();
  };
  const lying = (lie: (statement: RewardStatement) => RewardStatement) =>
    gateway.asSeenBy(nodeKey.nodeId, lie);
  /** Epochs are frozen when somebody can be paid. */
  const anotherNodeEarns = async () => {
    using place = temporaryFolder();
    const other = await loadNodeKey(place.path, systemClock);
    const { nodeId } = other.nodeKey;
    await gateway.nameAddress(nodeId, Wallet.createRandom().address);
    await using log = new ReceiptLog(place.path, logger);
    await using desk = new ReceiptDesk({
      ...{ nodeKey: other.nodeKey, log, logger },
      gateway: () => SETTLED_GATEWAY,
    });
    await gateway.finishJob(other.nodeKey, desk, 1n);
  };
  const difference = () => node.review.view?.difference;
  const finish = (creditWei: bigint, isLost = false) =>
    gateway.finishJob(nodeKey, node.desk, creditWei, isLost);

  beforeEach(async () => {
    folder = temporaryFolder();
    ({ nodeKey } = await loadNodeKey(folder.path, systemClock));
    payout = Wallet.createRandom().address;
    node = start();
  });
  afterEach(async () => {
    await node[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('finds the same sums to the wei, from the first job to what roots pay', async () => {
    await gateway.nameAddress(nodeKey.nodeId, payout);
    for (const creditWei of [7n, 11n, 10n ** 24n + 1n]) await finish(creditWei);
    await node.review.refresh();
    expect(node.review.view).toMatchObject({ receipts: 3, difference: null });
    expect(node.review.pendingWei).toBe(10n ** 24n + 19n);

    await gateway.freezeEpoch();
    await finish(5n);
    await node.review.refresh();
    expect(node.review.view).toMatchObject({ receipts: 4, difference: null });
    expect(node.review.pendingWei).toBe(5n);
    expect([...(await node.log.openOf(SETTLED_GATEWAY)).values()].map(({ creditWei }) => creditWei)).toEqual([
      5n,
    ]);

    await gateway.freezeEpoch();
    await restart();
    expect(node.review.view).toMatchObject({ receipts: 4, difference: null });
    expect(node.review.pendingWei).toBe(0n);
    expect((await node.log.totals()).creditWei).toBe(10n ** 24n + 24n);
    expect(node.notices.list()).toEqual([]);
  });

  it('counts rewards as pending until an address gets them', async () => {
    await finish(1_000n);
    await anotherNodeEarns();
    await gateway.freezeEpoch();
    await node.review.refresh();
    expect(node.review.pendingWei).toBe(1_000n);
    await gateway.nameAddress(nodeKey.nodeId, payout);
    await finish(50n);
    await gateway.freezeEpoch();
    await node.review.refresh();
    expect(node.review.view).toMatchObject({ receipts: 2, difference: null });
    expect(node.review.pendingWei).toBe(0n);
  });

  it('gets the receipts whose acknowledgement was lost', async () => {
    await gateway.nameAddress(nodeKey.nodeId, payout);
    await finish(3n, true);
    await finish(4n);
    await gateway.freezeEpoch();
    await finish(5n, true);
    await node.review.refresh();
    expect(node.review.view).toMatchObject({ receipts: 3, difference: null });
    expect((await node.log.read(undefined, 10)).receipts.map((receipt) => receipt.creditWei).sort()).toEqual([
      '3',
      '4',
      '5',
    ]);
  });

  it('says so when a job is left out, and takes it back when it is there again', async () => {
    const jobId = await finish(2_000_000_000_000n);
    await finish(1n);
    await restart(
      lying((statement) => ({ ...statement, jobs: statement.jobs.filter((job) => job.jobId !== jobId) })),
    );
    expect(difference()).toContain(`leaves out 1 job for which it signed 0.000002 GATA, such as ${jobId}`);
    expect(node.notices.list()).toMatchObject([{ level: 'warning', code: 'statement-difference' }]);
    await restart();
    expect(difference()).toBeNull();
    expect(node.notices.list()).toEqual([]);
  });

  it('says so when a credit is lowered by a wei, also in an epoch that adds up, until it is put right', async () => {
    await gateway.nameAddress(nodeKey.nodeId, payout);
    const jobId = await finish(100n);
    const lower = lying((statement) => ({
      ...statement,
      jobs: statement.jobs.map((job) => (job.jobId === jobId ? { ...job, creditWei: '99' } : job)),
      reward: statement.reward && { ...statement.reward, creditWei: '99', usageWei: '69' },
    }));
    await restart(lower);
    expect(difference()).toContain('0.000000000000000099 GATA instead of 0.0000000000000001 GATA');
    await gateway.freezeEpoch();
    await node.review.refresh();
    expect(difference()).toMatch(/counts 0.000000000000000099 GATA of credits; its jobs make/);
    expect(difference()).toMatch(/pays 0.000000000000000069 GATA for use; 0.00000000000000007 GATA are due/);
    await restart(lower);
    expect(difference()).toMatch(/is due|are due/);
    await restart();
    expect(difference()).toBeNull();
    expect((await node.log.openOf(SETTLED_GATEWAY)).size).toBe(0);
  });

  it('says so when an epoch leaves out a job', async () => {
    await gateway.nameAddress(nodeKey.nodeId, payout);
    const jobId = await finish(100n);
    await finish(10n);
    await gateway.freezeEpoch();
    const dropped = lying((statement) => ({
      ...statement,
      jobs: statement.jobs.filter((job) => job.jobId !== jobId),
      reward: statement.reward && { ...statement.reward, creditWei: '10', usageWei: '7' },
    }));
    await restart(dropped);
    expect(difference()).toContain(`such as ${jobId}`);
    await restart(dropped);
    expect(difference()).toContain(`such as ${jobId}`);
    await restart();
    expect(difference()).toBeNull();
  });

  it('says so when the root gives the address less than the statements', async () => {
    await gateway.nameAddress(nodeKey.nodeId, payout);
    await finish(1_000n);
    await gateway.freezeEpoch();
    const honest = gateway.asSeenBy(nodeKey.nodeId);
    await restart({
      ...honest,
      rewardProof: async (address) => {
        const proof = await honest.rewardProof(address);
        return proof && { ...proof, cumulative: String(BigInt(proof.cumulative) - 1n) };
      },
    });
    expect(difference()).toMatch(/The root of epoch \d+ gives your address/);
    await restart();
    expect(difference()).toBeNull();
  });

  it('says so when less time ready is counted than this node was, beyond what a crash takes', async () => {
    await gateway.nameAddress(nodeKey.nodeId, payout);
    await finish(1n);
    await gateway.freezeEpoch();
    const hours = (count: number) => new Date(Date.now() - count * 3_600_000).toISOString();
    const counted = (readyMs: number) =>
      lying((statement) => ({
        ...statement,
        reward: statement.reward && { ...statement.reward, readyMs, startedAt: hours(24), cutAt: hours(1) },
      }));
    await node[Symbol.asyncDispose]();
    const readyMs = 10 * 3_600_000;
    const stack = new DisposableStack();
    let nowMs = Date.now() - 20 * 3_600_000;
    const time = stack.use(new ReadyTime(folder.path, { now: () => new Date(nowMs) }, logger));
    for (let passedMs = 0; passedMs < readyMs; passedMs += 30_000) {
      time.report(true);
      nowMs += 30_000;
      time.report(false);
    }
    stack.dispose();
    node = start(counted(readyMs - 60_000));
    await node.review.refresh();
    expect(difference()).toBeNull();
    // Compared once, an epoch is not looked at again: as another node would see it.
    const again = temporaryFolder();
    const readyTime = new ReadyTime(folder.path, systemClock, logger);
    await using log = new ReceiptLog(again.path, logger);
    await using desk = new ReceiptDesk({ nodeKey, log, gateway: () => SETTLED_GATEWAY, logger });
    const parts = { log, desk, readyTime, notices: node.notices, clock: systemClock, logger };
    const state = new ReviewState(again.path, logger);
    await using review = new StatementReview({ ...parts, gateway: counted(readyMs / 2), state });
    await review.refresh();
    readyTime[Symbol.dispose]();
    expect(review.view?.difference).toMatch(/counts 300 min ready; this node was ready for 600 min/);
  });

  it('says so when the gateway signs with another key, until that key is trusted', async () => {
    await finish(1n);
    await node.review.refresh();
    expect(difference()).toBeNull();
    await gateway.changeKey();
    await finish(1n);
    await node.review.refresh();
    expect(difference()).toContain('signs receipts with another key than before');
    await node.review.trustKey();
    expect(difference()).toBeNull();
    await restart();
    expect(difference()).toBeNull();
  });

  it('leaves everything as it was while the gateway does not answer', async () => {
    await finish(9n);
    await node.review.refresh();
    const view = node.review.view;
    await restart({
      ...gateway.asSeenBy(nodeKey.nodeId),
      statement: async () => {
        throw new Error('no answer');
      },
    });
    expect(view).not.toBeNull();
    expect(node.review.view).toBeNull();
    expect(node.review.pendingWei).toBeNull();
  });
});
