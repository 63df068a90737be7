import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import type { EventHub } from '../event-hub.ts';

export function eventRoutes(hub: EventHub): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/events',
      {
        config: { scope: 'read' },
        schema: {
          summary:
            'Server-sent events: status (also on connecting), job, settings, model, gpus, game-pause; wallet (also on connecting) with the ui token',
          produces: ['text/event-stream'],
        },
      },
      (request, reply) => {
        reply.hijack();
        for (const [name, value] of Object.entries(reply.getHeaders())) {
          if (value !== undefined) reply.raw.setHeader(name, value);
        }
        reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
        hub.add(reply.raw, request.tokenScope ?? 'read');
      },
    );
    done();
  };
}
