import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import fastify, { type FastifyRequest } from 'fastify';
import { readEnvironment } from '../../src/platform/env.js';
import { createLogger } from '../../src/platform/logger.js';
import { openDatabase } from '../../src/platform/open-database.js';
import { createService } from '../../src/service.js';
import { serve } from '../support/server.js';

/**
 * The same schema, with the same resolvers over the same data kept in memory, in Apollo Server: only
 * what stands between a request and its resolvers is another.
 */
serve(async ({ environment }: { environment: Record<string, string> }) => {
  const { config } = await openDatabase(readEnvironment(environment));
  const { app } = await createService(config, createLogger('error'));
  const server = fastify();
  const apollo = new ApolloServer<{ req: FastifyRequest }>({
    schema: app.get(GraphQLSchemaHost).schema,
    nodeEnv: 'production',
    plugins: [fastifyApolloDrainPlugin(server)],
  });
  await apollo.start();
  await server.register(fastifyApollo(apollo), {
    context: async (request) => ({ req: request }),
  });
  return server.listen({ port: 0, host: '127.0.0.1' });
});
