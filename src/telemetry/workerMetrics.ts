import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { ConfigError } from '../core/errors.ts';
import type { RunRecord } from '../core/run.ts';
import type { Observer } from '../ports/observer.ts';

/** Figures of this worker for Prometheus, on a port of this machine. */
export interface WorkerMetrics {
  readonly observer: Observer;
  readonly address: string;
  close(): Promise<void>;
}

/** Counts from now on, and answers at `/metrics`. */
export async function startWorkerMetrics(port: number, host = '127.0.0.1'): Promise<WorkerMetrics> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const observer = createObserver(registry);
  const server = createServer((request, response) => {
    const isAsked = request.url?.split('?')[0] === '/metrics';
    if (!isAsked) return void response.writeHead(404).end('Expected /metrics.\n');
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  const chosen = await listen(server, port, host);
  return {
    observer,
    address: `http://${host}:${chosen}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const prefix = 'triathlon_worker_';
const seconds = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000];

function createObserver(registry: Registry): Observer {
  const figures = createFigures(registry);
  return {
    turnGraded({ request }, { grade }) {
      const labels = labelsOf(request);
      figures.turns.inc({ ...labels, verdict: grade.verdict.kind });
      figures.tokens.inc({ model: labels.model, kind: 'input' }, grade.promptTokens ?? 0);
      figures.tokens.inc({ model: labels.model, kind: 'output' }, grade.completionTokens ?? 0);
      figures.generation.observe({ model: labels.model }, grade.generationSeconds);
      figures.grading.observe(grade.gradingSeconds);
    },
    itemEnded({ request }, { samples }) {
      const verdict = samples[0]?.turns.at(-1)?.verdict.kind ?? 'none';
      figures.items.inc({ ...labelsOf(request), outcome: verdict });
    },
    itemUnscored({ request }) {
      figures.items.inc({ ...labelsOf(request), outcome: 'unscored' });
    },
    runSummarized: () => figures.runs.inc(),
    stepBegan(step) {
      figures.open.inc({ step });
      const observe = figures.steps.startTimer({ step });
      return (isFailure) => {
        figures.open.dec({ step });
        observe({ result: isFailure ? 'failed' : 'done' });
      };
    },
  };
}

function createFigures(registry: Registry) {
  const named = (name: string, help: string) => ({ name: prefix + name, help, registers: [registry] });
  return {
    turns: new Counter({
      ...named('turns_total', 'Turns graded.'),
      labelNames: ['task', 'model', 'verdict'],
    }),
    tokens: new Counter({
      ...named('tokens_total', 'Tokens as servers counted them.'),
      labelNames: ['model', 'kind'],
    }),
    items: new Counter({
      ...named('items_total', 'Items that ended.'),
      labelNames: ['task', 'model', 'outcome'],
    }),
    runs: new Counter(named('runs_total', 'Runs whose tables were written.')),
    open: new Gauge({ ...named('steps_open', 'Steps under way.'), labelNames: ['step'] }),
    generation: new Histogram({
      ...named('generation_seconds', 'Seconds from a request to its answer.'),
      labelNames: ['model'],
      buckets: seconds,
    }),
    grading: new Histogram({
      ...named('grading_seconds', 'Seconds of grading, waiting included.'),
      buckets: seconds,
    }),
    steps: new Histogram({
      ...named('step_seconds', 'Seconds of one try of a step.'),
      labelNames: ['step', 'result'],
      buckets: seconds,
    }),
  };
}

function labelsOf({ task, model }: RunRecord['request']): { task: string; model: string } {
  return { task, model: model.model };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new ConfigError(`--metrics-port: ${host}:${port} cannot be listened on: ${cause.message}.`, {
          cause,
        }),
      ),
    );
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
