import { setTimeout as sleep } from 'node:timers/promises';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { serviceName, type EnvironmentsAnswer } from '../wire/gradeContract.ts';
import { createAdmission, type Admission } from './admission.ts';
import { createAnswerBook } from './answerBook.ts';
import { authorize } from './authorize.ts';
import { answerFailures } from './failures.ts';
import { answerGrade } from './gradeRoute.ts';
import { createGrading, type Grading } from './grading.ts';
import { answerItem } from './itemRoute.ts';
import { createLabelList } from './labels.ts';
import { createMetrics, type ServerMetrics } from './metrics.ts';
import { openApiDocument } from './openApi.ts';
import { Problem } from './problem.ts';
import type { ServerParts, ServerRules } from './serverParts.ts';

export interface ServerInput {
  readonly parts: ServerParts;
  readonly rules: ServerRules;
  /** One line per answered request: method, path, status, milliseconds; never a body, a query or a header. */
  readonly log?: (line: string) => void;
}

export interface SandboxServer {
  /** Answers the address. */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  /** Takes nothing new, lets items come to their end for so long, then aborts them. */
  stop(graceSeconds: number): Promise<void>;
}

interface House extends ServerInput {
  readonly app: FastifyInstance;
  readonly admission: Admission;
  readonly metrics: ServerMetrics;
  readonly grading: Grading;
  readonly closing: AbortSignal;
}

/** The REST side of a sandbox: the original's route and the typed ones. */
export function createSandboxServer(input: ServerInput): SandboxServer {
  const { parts, rules } = input;
  const app = fastify({
    bodyLimit: rules.bodyBytes,
    requestTimeout: 120_000,
    forceCloseConnections: 'idle',
    logger: false,
  });
  app.removeContentTypeParser('text/plain');
  const closing = new AbortController();
  const admission = createAdmission({ slots: parts.slots, queueLength: rules.queueLength });
  const metrics = createMetrics(admission, parts.slots);
  const grading = createGrading({ parts, admission, metrics });
  const house: House = { ...input, app, admission, metrics, grading, closing: closing.signal };
  watchRequests(house);
  answerFailures(app, rules);
  addGradingRoutes(house);
  addOtherRoutes(house);
  const requests = countRequests(app);
  return {
    listen: (at) => app.listen(at),
    async stop(graceSeconds) {
      const timer = setTimeout(() => closing.abort(stopping()), graceSeconds * 1000);
      const closed = app.close();
      await requests.ended((graceSeconds + abortSeconds) * 1000);
      // Connections on which nobody asks anything would keep it open.
      app.server.closeAllConnections();
      await closed;
      clearTimeout(timer);
      await parts.sandbox.close();
    },
  };
}

/** How long aborted items may take to be answered. */
const abortSeconds = 2;

function stopping(): Problem {
  return new Problem(503, 'stopping', { detail: 'The server stops. Ask again later.', retryAfterSeconds: 5 });
}

function countRequests(app: FastifyInstance): { ended(milliseconds: number): Promise<void> } {
  let open = 0;
  app.addHook('onRequest', async (_, reply) => {
    open += 1;
    reply.raw.once('close', () => (open -= 1));
  });
  return {
    async ended(milliseconds) {
      const deadline = performance.now() + milliseconds;
      while (open > 0 && performance.now() < deadline) await sleep(20);
    },
  };
}

/** Who may ask is decided before a body is read. */
function watchRequests({ app, rules, metrics, log }: House): void {
  app.addHook('onRequest', async ({ headers, routeOptions }) => {
    const isOpen = routeOptions.url === '/healthz' || (routeOptions.url === '/run_item' && rules.openRunItem);
    if (!isOpen) authorize(rules.token, headers.authorization);
  });
  app.addHook('onResponse', async ({ method, routeOptions }, reply) => {
    const route = routeOptions.url ?? 'unknown';
    metrics.requested(route, reply.statusCode);
    log?.(`${method} ${route} ${reply.statusCode} ${Math.round(reply.elapsedTime)} ms`);
  });
}

function addGradingRoutes({ app, parts, rules, grading, closing }: House): void {
  const book = createAnswerBook();
  const labels = createLabelList(parts);
  app.post('/v1/grade', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const call = { body: request.body, key: key?.toString(), signal: untilGone(reply, closing) };
    const text = await answerGrade({ parts, grading, book }, call);
    return reply.type('application/json; charset=utf-8').send(text);
  });
  app.post('/run_item', async (request: FastifyRequest<{ Querystring: { do_edit?: string } }>, reply) => {
    const call = { body: request.body, doEdit: request.query.do_edit, signal: untilGone(reply, closing) };
    try {
      return await answerItem({ grading, labels, rules }, call);
    } catch (error) {
      // The original knows one answer for every fault of the server's own.
      if (!(error instanceof Problem) || error.status !== 503) throw error;
      throw new Problem(500, error.code, { detail: error.message });
    }
  });
}

function addOtherRoutes({ app, parts, admission, metrics }: House): void {
  app.get('/healthz', () => ({
    service: serviceName,
    provider: parts.provider,
    runner: parts.runnerDigest,
    slots: parts.slots,
    running: admission.running(),
    waiting: admission.waiting(),
  }));
  app.get('/v1/environments', async (): Promise<EnvironmentsAnswer> => {
    const all = await parts.listEnvironments();
    const current = await Promise.all(
      [...new Set(all.map(({ name }) => name))].map((name) => parts.openEnvironment(name).catch(() => null)),
    );
    const digests = new Set(current.map((one) => one?.digest));
    return {
      environments: all.map(({ name, digest, adapter }) => ({
        name,
        digest,
        adapter,
        current: digests.has(digest),
      })),
    };
  });
  app.get('/metrics', async (_, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  app.get('/openapi.json', openApiDocument);
}

/** Aborted when the client goes away or the server has waited long enough for its end. */
function untilGone(reply: FastifyReply, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished)
      gone.abort(new Problem(499, 'client_gone', { detail: 'The client went away.' }));
  });
  return AbortSignal.any([gone.signal, closing]);
}
