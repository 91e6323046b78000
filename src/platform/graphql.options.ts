import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { NoSchemaIntrospectionCustomRule } from 'graphql';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import { errorFormatter } from './graphql-errors.js';
import { LIMIT_RULES, MAX_DEPTH, MAX_TOKENS } from './query-limits.js';
import { checkVariables } from './variables.js';

/** Code-first GraphQL on Mercurius, with its batching, depth and alias limits on. */
export function graphqlOptions(config: Config, logger: Logger): MercuriusDriverConfig {
  return {
    driver: MercuriusDriver,
    autoSchemaFile: true,
    sortSchema: true,
    // A whole introspection at each start; Mercurius validates the schema as it takes it.
    buildSchemaOptions: { skipCheck: true },
    path: '/graphql',
    graphiql: !config.production,
    jit: 2,
    queryDepth: MAX_DEPTH,
    allowBatchedQueries: false,
    graphql: { parseOptions: { maxTokens: MAX_TOKENS } },
    validationRules: config.production
      ? [...LIMIT_RULES, NoSchemaIntrospectionCustomRule]
      : LIMIT_RULES,
    hooks: {
      preExecution: async (schema, document, _context, variables) =>
        checkVariables(schema, document, variables),
    },
    context: (request: FastifyRequest) => ({ req: request }),
    errorFormatter: errorFormatter((error, reqId) =>
      logger.error({ err: error, reqId }, 'unexpected error in a resolver'),
    ),
  } as MercuriusDriverConfig;
}
