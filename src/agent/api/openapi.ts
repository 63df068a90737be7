import fastify, { type FastifyInstance } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';

/**
 * The OpenAPI document of the routes. They are registered once more on an instance that never listens, so that
 * the generator is loaded when somebody asks for the document and not with every agent.
 */
export async function describeRoutes(
  version: string,
  registerRoutes: (app: FastifyInstance) => Promise<void>,
): Promise<unknown> {
  const { default: swagger } = await import('@fastify/swagger');
  const app = fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: {
      info: {
        title: "Gata's local API",
        version,
        description: 'On 127.0.0.1 only. Errors carry a code to search for.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    transform: (input) => {
      const { schema, url } = jsonSchemaTransform(input);
      const { scope } = input.route.config ?? {};
      if (scope === undefined || scope === 'public') return { schema, url };
      const description = `Needs the \`${scope}\` token${scope === 'ui' ? '' : ' or one that may do more'}.`;
      return { schema: { ...schema, description, security: [{ token: [] }] }, url };
    },
  });
  await registerRoutes(app);
  await app.ready();
  return app.swagger();
}
