import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { GataError } from '../../../shared/gata-error.ts';
import {
  actionPlanSchema,
  confirmRequestSchema,
  operationsPageSchema,
  operationViewSchema,
  planRequestSchema,
  signedElsewhereSchema,
  walletLedgerSchema,
} from '../../../shared/wallet-transactions.ts';
import type { ActionDesk } from '../../wallet/actions/action-desk.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

const idSchema = z.object({ id: z.uuid() });

/** What the wallet does on the chain: nothing without a plan that was shown, and its confirmation. */
export function walletActionRoutes({ walletActions }: ApiParts): FastifyPluginCallbackZod {
  const desk = (): ActionDesk => {
    if (walletActions !== null) return walletActions;
    throw new GataError(
      'network-not-configured',
      'No network is configured, so there is nothing to claim or stake. Start Gata with --network-profile FILE.',
    );
  };
  return (app, _options, done) => {
    app.post(
      '/v1/wallet/plans',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'What an action would do and cost; nothing is done before its plan is confirmed',
          body: planRequestSchema,
          response: answers(actionPlanSchema),
        },
      },
      (request) => desk().plan(request.body),
    );
    app.post(
      '/v1/wallet/operations',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Confirm a plan, once, within two minutes; it goes on by itself from there',
          body: confirmRequestSchema,
          response: answers(operationViewSchema),
        },
      },
      (request) => desk().confirm(request.body.confirmationId),
    );
    app.get(
      '/v1/wallet/operations',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'What the wallet did and does, newest first',
          response: answers(operationsPageSchema),
        },
      },
      () => ({ operations: desk().operations() }),
    );
    app.get(
      '/v1/wallet/ledger',
      {
        config: { scope: 'ui' },
        schema: { summary: 'Where what was earned is, to the wei', response: answers(walletLedgerSchema) },
      },
      () => desk().ledger(),
    );
    app.post(
      '/v1/wallet/operations/:id/cancel',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Keep an operation from happening, if the chain has not done it yet',
          params: idSchema,
          response: answers(operationViewSchema),
        },
      },
      (request) => desk().cancel(request.params.id),
    );
    app.post(
      '/v1/wallet/operations/:id/signed',
      {
        config: { scope: 'ui' },
        schema: {
          summary: "Hand in an operation's transaction that was signed elsewhere",
          params: idSchema,
          body: signedElsewhereSchema,
          response: answers(operationViewSchema),
        },
      },
      (request) => desk().acceptSigned(request.params.id, request.body.raw),
    );
    done();
  };
}
