import type { FastifyPluginCallbackZod } from 'fastify-type-provider-zod';
import { settingsPatchSchema, settingsSchema } from '../../../shared/settings.ts';
import type { ApiParts } from '../api-parts.ts';
import { answers } from './answers.ts';

export function settingsRoutes({ settings }: ApiParts): FastifyPluginCallbackZod {
  return (app, _options, done) => {
    app.get(
      '/v1/settings',
      { config: { scope: 'read' }, schema: { summary: 'The settings', response: answers(settingsSchema) } },
      () => settings.current,
    );
    app.patch(
      '/v1/settings',
      {
        config: { scope: 'ui' },
        schema: {
          summary: 'Change the settings named; the others stay',
          body: settingsPatchSchema,
          response: answers(settingsSchema),
        },
      },
      (request) => settings.update(request.body),
    );
    done();
  };
}
