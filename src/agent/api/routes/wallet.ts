import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import {
  createdWordsSchema,
  exportedWalletSchema,
  forgetWalletSchema,
  forgottenWalletSchema,
  payoutAddressChangeSchema,
  sealedRequestSchema,
  walletKeySchema,
  walletStateSchema,
} from '../../../shared/wallet.ts';
import { walletOverviewSchema } from '../../../shared/wallet-overview.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

/** Secrets come and go in sealed boxes, which only the signer and the caller can open. */
export function walletRoutes({ wallet, walletOverview }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/wallet',
      {
        config: { scope: 'ui' },
        schema: { summary: "The wallet's state and address", response: answers(walletStateSchema) },
      },
      () => wallet.state(),
    );
    app.get(
      '/v1/wallet/overview',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'What the wallet has and does, as last seen on the chain',
          response: answers(walletOverviewSchema),
        },
      },
      () => walletOverview.fresh(),
    );
    app.post(
      '/v1/wallet/key',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'The key that secrets for the signer are sealed for',
          response: answers(walletKeySchema),
        },
      },
      async () => ({ boxKey: await wallet.boxKey() }),
    );
    app.put(
      '/v1/wallet/payout-address',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Where what is earned goes; needs no key',
          body: payoutAddressChangeSchema,
          response: answers(walletStateSchema),
        },
      },
      (request) => wallet.watch(request.body.address),
    );
    app.post(
      '/v1/wallet/create',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Make a wallet and show its words, once; nothing is kept before they are confirmed',
          body: sealedRequestSchema,
          response: answers(createdWordsSchema),
        },
      },
      (request) => wallet.create(request.body.box),
    );
    const changes = [
      ['confirm-words', 'Keep the wallet that was made, after three of its words', 'confirmWords'],
      ['import', 'Import words, a private key or a wallet file', 'import'],
      ['unlock', 'Unlock the wallet until it locks itself', 'unlock'],
      ['change-password', 'Change the password', 'changePassword'],
    ] as const;
    for (const [path, summary, method] of changes) {
      app.post(
        `/v1/wallet/${path}`,
        {
          config: { scope: 'ui' },
          schema: { summary, body: sealedRequestSchema, response: answers(walletStateSchema) },
        },
        (request) => wallet[method](request.body.box),
      );
    }
    app.post(
      '/v1/wallet/lock',
      {
        config: { scope: 'ui' },
        schema: { summary: 'Lock the wallet now', response: answers(walletStateSchema) },
      },
      () => wallet.lock(),
    );
    app.get(
      '/v1/wallet/keystore',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'The wallet file, encrypted with the password, for a backup',
          response: answers(exportedWalletSchema),
        },
      },
      () => wallet.export(),
    );
    app.post(
      '/v1/wallet/forget',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Move the wallet file aside, with the password or the typed address',
          body: forgetWalletSchema,
          response: answers(forgottenWalletSchema),
        },
      },
      async (request) => ({ keptAs: await wallet.forget(request.body) }),
    );
    done();
  };
}
