import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';
import {
  keyListChainSchema,
  signedModelEntrySchema,
  signedRevocationListSchema,
} from '../../shared/model-catalogue.ts';
import { sha256Schema } from '../../shared/model-manifest.ts';
import { signedProviderManifestSchema } from '../../shared/provider-manifest.ts';
import type { PublishedCatalogue } from './published-catalogue.ts';

/**
 * The signed catalogue, for anyone: it is believed for its signatures, not for where it comes from. The server
 * writes objects as `JSON.stringify` does, which is a document's one canonical text.
 */
export const catalogueRoutes =
  (published: PublishedCatalogue): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/v1/catalogue/keys',
      {
        schema: {
          tags: ['catalogue'],
          summary: 'The signed lists of catalogue keys',
          response: { 200: keyListChainSchema },
        },
      },
      async () => present(await published.keys(), 'This gateway publishes no list of catalogue keys.'),
    );
    app.get(
      '/v1/catalogue/revocations',
      {
        schema: {
          tags: ['catalogue'],
          summary: 'The signed list of revoked models and keys',
          response: { 200: signedRevocationListSchema },
        },
      },
      async () => present(await published.revocations(), 'This gateway publishes no revocation list.'),
    );
    app.get(
      '/v1/catalogue/provider-libraries',
      {
        schema: {
          tags: ['catalogue'],
          summary: "The signed list of execution providers' libraries",
          response: { 200: signedProviderManifestSchema },
        },
      },
      async () =>
        present(await published.providerManifest(), 'This gateway publishes no provider libraries.'),
    );
    app.get(
      '/v1/catalogue/entries/:digest',
      {
        schema: {
          tags: ['catalogue'],
          summary: "A model's signed entry",
          params: z.object({ digest: sha256Schema }),
          response: { 200: signedModelEntrySchema },
        },
      },
      async (request) =>
        present(await published.entry(request.params.digest), 'The catalogue has no entry for this model.'),
    );
  };

/** @throws GataError `not-found`. */
function present<Document>(document: Document | undefined, message: string): Document {
  if (document === undefined) throw new GataError('not-found', message);
  return document;
}
