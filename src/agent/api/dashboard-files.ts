import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { GataError } from '../../shared/gata-error.ts';

const wildcardSchema = z.object({ '*': z.string() });

/** Serves the dashboard's bundle. The screens have no secrets; what they show, they fetch with a token. */
export async function serveDashboard(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (folder === undefined) {
    app.get('/', { config: { scope: 'public' } }, () => {
      throw new GataError(
        'not-found',
        'The dashboard is not built. Run npm run build, then start Gata again.',
      );
    });
    return;
  }
  await app.register(fastifyStatic, { root: folder, serve: false });
  app.get('/*', { config: { scope: 'public' } }, (request, reply) => {
    const { '*': file } = wildcardSchema.parse(request.params);
    return reply.sendFile(file === '' ? 'index.html' : file);
  });
}
