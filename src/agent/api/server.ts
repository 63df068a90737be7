import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { GataError } from '../../shared/gata-error.ts';
import type { ApiParts } from './api-parts.ts';
import { serveDashboard } from './dashboard-files.ts';
import { asApiError } from './error-reply.ts';
import { EventHub } from './event-hub.ts';
import { describeRoutes } from './openapi.ts';
import { answerPreflight, checkHostAndOrigin, checkToken } from './request-guard.ts';
import { energyRoutes } from './routes/energy.ts';
import { eventRoutes } from './routes/events.ts';
import { gameRoutes } from './routes/games.ts';
import { governanceRoutes } from './routes/governance.ts';
import { gpuRoutes } from './routes/gpus.ts';
import { healthRoutes } from './routes/health.ts';
import { jobRoutes } from './routes/jobs.ts';
import { launcherRoutes } from './routes/launcher.ts';
import { logRoutes } from './routes/logs.ts';
import { modelRoutes } from './routes/models.ts';
import { noticeRoutes } from './routes/notices.ts';
import { pauseRoutes } from './routes/pause.ts';
import { pauseLeaseRoutes } from './routes/pause-leases.ts';
import { providerRoutes } from './routes/providers.ts';
import { quarantineRoutes } from './routes/quarantine.ts';
import { receiptRoutes } from './routes/receipts.ts';
import { settingsRoutes } from './routes/settings.ts';
import { shutdownRoutes } from './routes/shutdown.ts';
import { statusRoutes } from './routes/status.ts';
import { walletRoutes } from './routes/wallet.ts';
import { walletActionRoutes } from './routes/wallet-actions.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
const HOST = '127.0.0.1';
const DEFAULT_PORT = 7420;

const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    connectSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** The agent's local API and the dashboard, on 127.0.0.1. */
export interface ApiServer extends AsyncDisposable {
  readonly port: number;
}

/**
 * Serves the local API. Without a port it takes 7420, or a free one when that is taken; 0 is any free one.
 * @throws GataError `port-in-use` when the port that was asked for is taken.
 */
export async function startApiServer(parts: ApiParts, port: number | undefined): Promise<ApiServer> {
  const hub = new EventHub(parts);
  const app = await buildApp(parts, hub);
  await listen(app, port);
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The local API has no port.');
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      hub[Symbol.dispose]();
      await app.close();
    },
  };
}

async function buildApp(parts: ApiParts, hub: EventHub): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    // An idle dashboard's connection must not hold up a shutdown.
    forceCloseConnections: true,
    // An event stream has no head to ask for.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (thrown, _request, reply) => {
      const error = asApiError(thrown, BODY_LIMIT_BYTES);
      reply.raw.writeHead(error.status, { 'content-type': 'application/json' });
      reply.raw.end(JSON.stringify(error.toBody()));
    },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((thrown, request, reply) => {
    const error = asApiError(thrown, BODY_LIMIT_BYTES);
    if (error.status >= 500) {
      parts.logger.error(
        { err: thrown, method: request.method, route: request.routeOptions.url },
        'request failed',
      );
    }
    return reply.code(error.status).send(error.toBody());
  });
  app.setNotFoundHandler((request) => {
    throw new GataError('not-found', `The local API has no ${request.method} ${request.url}.`);
  });
  await app.register(helmet, { contentSecurityPolicy: CONTENT_SECURITY_POLICY, hsts: false });
  app.addHook('onRequest', async (request, reply) => {
    checkHostAndOrigin(request, reply);
    if (request.method === 'OPTIONS') return answerPreflight(reply);
    if (!request.is404) checkToken(parts, request, reply);
  });
  await registerRoutes(app, parts, hub);
  let document: Promise<unknown> | undefined;
  app.get('/v1/openapi.json', { config: { scope: 'public' } }, () => {
    document ??= describeRoutes(parts.version, (described) => registerRoutes(described, parts, hub));
    return document;
  });
  await serveDashboard(app, parts.dashboardFolder);
  return app;
}

async function registerRoutes(app: FastifyInstance, parts: ApiParts, hub: EventHub): Promise<void> {
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const routes = [
    healthRoutes,
    statusRoutes,
    jobRoutes,
    settingsRoutes,
    pauseRoutes,
    pauseLeaseRoutes,
    gameRoutes,
    gpuRoutes,
    launcherRoutes,
    energyRoutes,
    modelRoutes,
    providerRoutes,
    logRoutes,
    noticeRoutes,
    quarantineRoutes,
    walletRoutes,
    walletActionRoutes,
    governanceRoutes,
    receiptRoutes,
    shutdownRoutes,
  ];
  for (const resource of routes) await typed.register(resource(parts));
  await typed.register(eventRoutes(hub));
}

async function listen(app: FastifyInstance, port: number | undefined): Promise<void> {
  try {
    await app.listen({ host: HOST, port: port ?? DEFAULT_PORT });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    if (port !== undefined) {
      throw new GataError(
        'port-in-use',
        `Port ${port} is taken by another program. Choose another with --port, or leave it out.`,
        { cause: error },
      );
    }
    await app.listen({ host: HOST, port: 0 });
  }
}
