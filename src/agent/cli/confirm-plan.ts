import { createInterface } from 'node:readline/promises';
import { GataError } from '../../shared/gata-error.ts';
import { walletOverviewSchema } from '../../shared/wallet-overview.ts';
import {
  actionPlanSchema,
  type OperationView,
  operationViewSchema,
  type PlanRequest,
} from '../../shared/wallet-transactions.ts';
import type { LocalClient } from './local-client.ts';
import { planText } from './wallet-operation-text.ts';

/**
 * Plans an action, shows what it does and costs, and does it when the person at the terminal says so.
 * @param yes nobody is asked.
 * @throws GataError `cancelled` when they do not; else as the local API says.
 */
export async function confirmPlan(
  client: LocalClient,
  request: PlanRequest,
  yes: boolean,
): Promise<OperationView> {
  const plan = await client.send('POST', '/v1/wallet/plans', actionPlanSchema, request);
  const { token } = await client.get('/v1/wallet/overview', walletOverviewSchema);
  process.stderr.write(`${planText(plan, token?.symbol ?? 'GATA')}\n`);
  if (!yes) await askToSend();
  const { confirmationId } = plan;
  return client.send('POST', '/v1/wallet/operations', operationViewSchema, { confirmationId });
}

/** @throws GataError `cancelled` unless a person at the terminal says yes. */
async function askToSend(): Promise<void> {
  if (!process.stdin.isTTY)
    throw new GataError('cancelled', 'Nothing was sent. Add --yes to send it without being asked.');
  using terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question('Send it? Type yes: ');
  if (answer.trim().toLowerCase() !== 'yes') throw new GataError('cancelled', 'Nothing was sent.');
}
