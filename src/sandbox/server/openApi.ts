import { z } from 'zod';
import {
  environmentsSchema,
  gradeAnswerSchema,
  gradeBodySchema,
  healthSchema,
  problemSchema,
} from '../wire/gradeContract.ts';
import { itemAnswerSchema, itemBodySchema } from '../wire/itemContract.ts';

/** The OpenAPI document, made from the schemas that the routes check with. */
export function openApiDocument(): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Triathlon sandbox',
      version: '1',
      description: 'Runs tests of a repository with one file replaced.',
    },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    paths: { ...gradingPaths(), ...otherPaths() },
  };
}

function gradingPaths() {
  return {
    '/v1/grade': {
      post: {
        summary: 'Run exactly these tests with the file replaced, and report on each.',
        security: [{ token: [] }, {}],
        parameters: [idempotencyKey],
        requestBody: jsonBody(gradeBodySchema),
        responses: responses(gradeAnswerSchema, ['400', '401', '404', '409', '413', '429', '500', '503']),
      },
    },
    '/run_item': {
      post: {
        summary: "The original suite's route: replace lines of a file, run tests, answer the runner's text.",
        parameters: [{ name: 'do_edit', in: 'query', schema: { type: 'boolean', default: true } }],
        requestBody: jsonBody(itemBodySchema),
        responses: responses(itemAnswerSchema, ['400', '401', '404', '413', '429', '500']),
      },
    },
  };
}

function otherPaths() {
  return {
    '/v1/environments': {
      get: {
        summary: 'The environments of this server.',
        security: [{ token: [] }, {}],
        responses: responses(environmentsSchema, ['401']),
      },
    },
    '/healthz': { get: { summary: 'Is it up, and how busy?', responses: responses(healthSchema, []) } },
    '/metrics': {
      get: {
        summary: 'Figures for Prometheus.',
        security: [{ token: [] }, {}],
        responses: { '200': { description: 'Prometheus text' } },
      },
    },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 200 },
  description:
    'The same key and body get the same answer, one in the making included; another body gets 409.',
};

function jsonBody(schema: z.ZodType) {
  return { required: true, content: { 'application/json': { schema: jsonSchema(schema, 'input') } } };
}

function responses(schema: z.ZodType, problems: readonly string[]) {
  const problem = {
    description: 'A problem',
    content: { 'application/json': { schema: jsonSchema(problemSchema, 'output') } },
  };
  return {
    '200': { description: 'Done', content: { 'application/json': { schema: jsonSchema(schema, 'output') } } },
    ...Object.fromEntries(problems.map((status) => [status, problem])),
  };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
