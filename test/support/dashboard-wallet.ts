import type { ErrorCode } from '../../src/shared/error-codes.ts';
import { GataError } from '../../src/shared/gata-error.ts';
import { governanceSchema } from '../../src/shared/governance.ts';
import type { LocalEvent } from '../../src/shared/local-api.ts';
import { payoutAddressChangeSchema, type WalletState, walletStateSchema } from '../../src/shared/wallet.ts';
import {
  OVERVIEW_OPERATIONS,
  type WalletOverview,
  walletOverviewSchema,
} from '../../src/shared/wallet-overview.ts';
import {
  type ActionPlan,
  actionPlanSchema,
  confirmRequestSchema,
  type OperationView,
  operationsPageSchema,
  operationViewSchema,
  type PlanRequest,
  planRequestSchema,
  signedElsewhereSchema,
} from '../../src/shared/wallet-transactions.ts';
import { actionPlan, governance, noWallet, operationView } from './dashboard-wallet-fixtures.ts';
import { DashboardWalletKeys } from './dashboard-wallet-keys.ts';

/**
 * The wallet of a `DashboardAgent`: what a test sets is what the page gets, and what the page does changes it as the
 * agent would.
 */
export class DashboardWallet {
  overview: WalletOverview = noWallet();
  operations: OperationView[] = [];
  governance = governance();
  /** What a plan comes to; a test may put its own here, or one that throws a GataError. */
  plan: (request: PlanRequest) => ActionPlan = ({ action, relayed = false }) =>
    actionPlan(action, { relayed });
  /** What is sealed for the signer goes there. */
  readonly keys = new DashboardWalletKeys({
    change: (change) => this.setState(change),
    state: () => this.overview.wallet,
  });
  readonly #plans = new Map<string, ActionPlan>();
  readonly #emit: (event: LocalEvent) => void;

  constructor(emit: (event: LocalEvent) => void) {
    this.#emit = emit;
  }

  /** Changes what the page is told of the wallet, and tells it. */
  show(change: Partial<WalletOverview>): void {
    this.overview = walletOverviewSchema.parse({ ...this.overview, ...change });
    this.#emit({ event: 'wallet', data: this.overview });
  }

  setState(change: Partial<WalletState>): WalletState {
    this.show({ wallet: { ...this.overview.wallet, ...change } });
    return this.overview.wallet;
  }

  /** Adds the operation, newest first, or replaces the one with its id. */
  putOperation(operation: OperationView): OperationView {
    const others = this.operations.filter(({ id }) => id !== operation.id);
    this.operations = [operation, ...others];
    this.show({ operations: this.operations.slice(0, OVERVIEW_OPERATIONS) });
    return operation;
  }

  /** undefined: no call of the wallet's. A promise where it is about keys. @throws GataError as the agent. */
  answer(call: string, body: unknown): unknown {
    if (call === 'GET /v1/wallet') return walletStateSchema.parse(this.overview.wallet);
    if (call === 'GET /v1/wallet/overview') return walletOverviewSchema.parse(this.overview);
    if (call === 'GET /v1/wallet/operations')
      return operationsPageSchema.parse({ operations: this.operations });
    if (call === 'GET /v1/governance') return governanceSchema.parse(this.governance);
    if (call === 'POST /v1/wallet/plans') return this.#plan(planRequestSchema.parse(body));
    if (call === 'POST /v1/wallet/operations')
      return this.#confirm(confirmRequestSchema.parse(body).confirmationId);
    const operation = /^POST \/v1\/wallet\/operations\/([^/]+)\/(cancel|signed)$/.exec(call);
    if (operation !== null) {
      const found = this.operations.find(({ id }) => id === operation[1]);
      if (found === undefined) throw refused('not-found');
      if (operation[2] === 'signed') {
        signedElsewhereSchema.parse(body);
        return operationViewSchema.parse(this.putOperation({ ...found, state: 'sent', unsigned: null }));
      }
      return operationViewSchema.parse(this.putOperation({ ...found, state: 'cancelled' }));
    }
    if (call === 'PUT /v1/wallet/payout-address') {
      const { address } = payoutAddressChangeSchema.parse(body);
      const hasKey = ['locked', 'unlocked', 'damaged'].includes(this.overview.wallet.state);
      return this.setState(
        hasKey ? { payoutAddress: address } : { state: 'watching', address, payoutAddress: address },
      );
    }
    if (call === 'POST /v1/wallet/lock')
      return this.setState({ state: 'locked', autoLockAt: null, signer: null });
    return this.keys.answer(call, body);
  }

  #plan(request: PlanRequest): ActionPlan {
    const plan = actionPlanSchema.parse(this.plan(request));
    this.#plans.set(plan.confirmationId, plan);
    return plan;
  }

  #confirm(confirmationId: string): OperationView {
    const plan = this.#plans.get(confirmationId);
    if (plan === undefined) throw refused('conflict');
    const { action, relayed } = plan;
    return this.putOperation(
      operationView({ id: confirmationId, action, relayed, state: 'waiting', transactions: [] }),
    );
  }
}

function refused(code: ErrorCode): GataError {
  return new GataError(code, `Refused on purpose with ${code}.`);
}
