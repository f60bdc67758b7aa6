import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server of Weights & Biases knows of a run. */
export interface KnownRun {
  readonly config: Record<string, { value: unknown }>;
  /** By offset. */
  readonly history: Record<string, number>[];
  summary: Record<string, number>;
  complete: boolean;
  /** Lines that came more than once. */
  repeated: number;
}

export interface WandbServer {
  readonly url: string;
  readonly runs: Map<string, KnownRun>;
  /** Requests that were answered with 500. */
  readonly failures: number;
  /** Answers everything with 500 from now on, or does what it is asked. */
  break(isBroken: boolean): void;
  stop(): Promise<void>;
}

/** Stands in for Weights & Biases: its two calls, and nothing is known of a run before it is made. */
export async function startWandbServer(key: string): Promise<WandbServer> {
  const runs = new Map<string, KnownRun>();
  const state = { isBroken: false, failures: 0 };
  const authorization = `Basic ${Buffer.from(`api:${key}`).toString('base64')}`;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (state.isBroken) {
        state.failures += 1;
        return answer(500, { error: 'broken' });
      }
      if (request.headers.authorization !== authorization) return answer(401, {});
      const body = JSON.parse(Buffer.concat(chunks).toString());
      if (request.url === '/graphql') return answer(200, upsert(runs, body.variables));
      const name = /^\/files\/team\/[^/]+\/([^/]+)\/file_stream$/.exec(request.url ?? '')?.[1];
      const run = runs.get(decodeURIComponent(name ?? ''));
      if (run === undefined) return answer(404, {});
      stream(run, body);
      return answer(200, {});
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    runs,
    get failures() {
      return state.failures;
    },
    break: (isBroken) => void (state.isBroken = isBroken),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function upsert(runs: Map<string, KnownRun>, variables: Record<string, string>): object {
  const { name = '', project, config = '{}' } = variables;
  const known = runs.get(name) ?? { history: [], summary: {}, complete: false, repeated: 0 };
  runs.set(name, { ...known, config: JSON.parse(config) });
  const bucket = { name, project: { name: project, entity: { name: 'team' } } };
  return { data: { upsertBucket: { bucket, inserted: true } } };
}

interface Streamed {
  readonly files: Readonly<Record<string, { readonly offset: number; readonly content: readonly string[] }>>;
  readonly complete?: boolean;
}

function stream(run: KnownRun, { files, complete }: Streamed): void {
  const { offset = 0, content = [] } = files['wandb-history.jsonl'] ?? {};
  for (const [index, line] of content.entries()) {
    if (run.history[offset + index] !== undefined) run.repeated += 1;
    run.history[offset + index] = JSON.parse(line);
  }
  run.summary = JSON.parse(files['wandb-summary.json']?.content.at(-1) ?? '{}');
  run.complete = complete === true;
}
