import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { providerLibraryIdSchema } from '../../../shared/provider-library.ts';
import {
  downloadLibraryRequestSchema,
  importLibraryRequestSchema,
  libraryViewSchema,
  providersPageSchema,
} from '../../../shared/providers-page.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers, answersNothing } from './answers.ts';

const idParams = z.object({ id: providerLibraryIdSchema });

export function providerRoutes({ providers }: ApiParts): FastifyPluginCallbackZod {
  const { board, libraries } = providers;
  return (app, _options, done) => {
    app.get(
      '/v1/providers',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'The execution providers and their libraries',
          response: answers(providersPageSchema),
        },
      },
      () => board.page(),
    );
    app.post(
      '/v1/providers/refresh',
      {
        config: { scope: 'ui' },
        schema: {
          summary: "Fetch the network's list of provider libraries now",
          response: answers(providersPageSchema),
        },
      },
      async () => {
        await libraries.refresh();
        return board.page();
      },
    );
    app.post(
      '/v1/providers/libraries/:id/download',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Start the download of a library whose licence the user accepts',
          params: idParams,
          body: downloadLibraryRequestSchema,
          response: answers(libraryViewSchema),
        },
      },
      (request) => libraries.download(request.params.id, request.body.version),
    );
    app.post(
      '/v1/providers/libraries/:id/cancel',
      {
        config: { scope: 'ui' },
        schema: { summary: 'Stop a download', params: idParams, response: answersNothing() },
      },
      async (request, reply) => {
        await libraries.cancel(request.params.id);
        return reply.code(204).send(null);
      },
    );
    app.post(
      '/v1/providers/libraries/import',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Install the library that lies in a folder',
          body: importLibraryRequestSchema,
          response: answers(libraryViewSchema),
        },
      },
      (request) => libraries.importFolder(request.body.folder, request.body.acceptLicencesOf),
    );
    app.delete(
      '/v1/providers/libraries/:id',
      {
        config: { scope: 'ui' },
        schema: { summary: 'Remove a library', params: idParams, response: answersNothing() },
      },
      async (request, reply) => {
        await libraries.remove(request.params.id);
        return reply.code(204).send(null);
      },
    );
    done();
  };
}
