import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { GataError } from '../../../shared/gata-error.ts';
import { governanceSchema } from '../../../shared/governance.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

/** What the stakers decide. */
export function governanceRoutes({ governance }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/governance',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Proposals, votes and the parameters in force, at one block of the chain',
          response: answers(governanceSchema),
        },
      },
      () => {
        if (governance !== null) return governance.read();
        throw new GataError(
          'network-not-configured',
          'No network is configured, so there is nothing to vote on. Start Gata with --network-profile FILE.',
        );
      },
    );
    done();
  };
}
