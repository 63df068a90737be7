import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { energyPageSchema, energyQuerySchema } from '../../../shared/local-api.ts';
import type { EnergyReport } from '../../energy/energy-report.ts';
import { answers } from './answers.ts';

export function energyRoutes({
  energy,
}: {
  readonly energy: Pick<EnergyReport, 'page'>;
}): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/energy',
      {
        config: { scope: 'read' },
        schema: {
          summary: 'Electricity and earnings by local day, newest first',
          querystring: energyQuerySchema,
          response: answers(energyPageSchema),
        },
      },
      (request) => energy.page(request.query.days),
    );
    done();
  };
}
