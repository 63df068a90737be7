import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { NodeKey } from '../identity/node-key.ts';
import type { GatewayHttp } from '../jobs/gateway-http.ts';
import type { NoticeBoard } from '../notice-board.ts';
import { ReadyTime } from './ready-time.ts';
import { ReceiptDesk } from './receipt-desk.ts';
import { ReceiptLog } from './receipt-log.ts';
import { ReviewState } from './review-state.ts';
import { StatementReview } from './statement-review.ts';

export interface NodeReceiptsOptions {
  readonly dataFolder: string;
  readonly http: GatewayHttp;
  readonly nodeKey: NodeKey;
  readonly notices: NoticeBoard;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What this node signed and was credited, and whether the gateway's statements are the same. */
export class NodeReceipts implements AsyncDisposable {
  readonly log: ReceiptLog;
  readonly desk: ReceiptDesk;
  readonly review: StatementReview;
  readonly #readyTime: ReadyTime;

  constructor({ dataFolder, http, nodeKey, notices, clock, logger }: NodeReceiptsOptions) {
    const folder = join(dataFolder, 'receipts');
    const log = new ReceiptLog(folder, logger);
    const desk = new ReceiptDesk({ nodeKey, log, gateway: () => http.knownGatewayName, logger });
    const readyTime = new ReadyTime(dataFolder, clock, logger);
    const state = new ReviewState(folder, logger);
    this.log = log;
    this.desk = desk;
    this.#readyTime = readyTime;
    this.review = new StatementReview({ gateway: http, log, desk, readyTime, state, notices, clock, logger });
  }

  /** Whether this node is connected and ready for jobs, from now on. */
  reportReady(isReady: boolean): void {
    this.#readyTime.report(isReady);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.review[Symbol.asyncDispose]();
    await this.desk[Symbol.asyncDispose]();
    await this.log[Symbol.asyncDispose]();
    this.#readyTime[Symbol.dispose]();
  }
}
