import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { Problem } from './problem.ts';
import type { ServerRules } from './serverParts.ts';

/** Every failure becomes `{ code, detail }`; what nobody foresaw says its message, never its stack. */
export function answerFailures(app: FastifyInstance, rules: Pick<ServerRules, 'bodyBytes'>): void {
  app.setErrorHandler((error: FastifyError, _, reply) => send(reply, asProblem(error, rules)));
  app.setNotFoundHandler((_, reply) =>
    send(
      reply,
      new Problem(404, 'unknown_route', {
        detail:
          'Expected POST /run_item, POST /v1/grade, GET /v1/environments, /healthz, /metrics or /openapi.json.',
      }),
    ),
  );
}

function send(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, code, message, retryAfterSeconds } = problem;
  if (retryAfterSeconds !== null) reply.header('Retry-After', retryAfterSeconds);
  if (status === 401) reply.header('WWW-Authenticate', 'Bearer');
  return reply.status(status).send({ code, detail: message });
}

function asProblem(error: FastifyError | Problem, { bodyBytes }: Pick<ServerRules, 'bodyBytes'>): Problem {
  if (error instanceof Problem) return error;
  if (error.statusCode === 413) {
    const detail = `Expected a body of at most ${bodyBytes} bytes (--body-limit), found a larger one.`;
    return new Problem(413, 'body_too_large', { detail });
  }
  if (error.statusCode === 415) {
    return new Problem(415, 'not_json', { detail: 'Expected a body of content type application/json.' });
  }
  const isTheirs = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
  if (isTheirs) return new Problem(error.statusCode ?? 400, 'bad_request', { detail: error.message });
  return new Problem(500, 'unexpected', { detail: `Unexpected: ${error.message}` });
}
