/**
 * Milliseconds per turn of the whole pipeline (records really written, instant model, no-op grading) beside the
 * bare engine's, in the same run on the same server: `npm run benchmark`. Arguments: numbers of items.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { DefaultLogger, Worker } from '@temporalio/worker';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { findTemporalCli } from '../../setup/temporalCli.js';
import { connectClient, connectWorker, findServer, type Server } from '../../src/temporal/connection.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { installLogger, startWorker } from '../../src/temporal/worker.ts';
import { instantPorts } from './instantPorts.ts';
import { writeSyntheticDataset } from './syntheticDataset.ts';

const turns = 3;
const inFlight = 144;
const logger = new DefaultLogger('ERROR');

interface Bench {
  readonly server: Server;
  readonly client: Client;
  readonly folder: string;
}

await main(process.argv.slice(2).map(Number));

async function main(sizes: readonly number[]): Promise<void> {
  const cli = await findTemporalCli();
  if (cli !== null) process.env['BENCH_TEMPORAL_CLI'] = cli.path;
  const folder = await mkdtemp(join(tmpdir(), 'bench-orchestration-'));
  process.env['BENCH_HOME'] = join(folder, 'home');
  installLogger(logger);
  try {
    const server = await findServer({ address: null, namespace: null, start: true });
    const client = await connectClient(server);
    const bench = { server, client, folder };
    print(['items', 'bare, eager', 'bare, own queue', 'triathlon', 'ratio', 'ratio', 'MB']);
    for (const items of sizes.length > 0 ? sizes : [200, 1000]) {
      const eager = await measureBare(bench, items, true);
      const bare = await measureBare(bench, items, false);
      const ours = await measureOurs(bench, items);
      const memory = Math.round(process.memoryUsage.rss() / 1024 ** 2);
      const times = [eager, bare, ours].map((time) => time.toFixed(1));
      print([items, ...times, (ours / eager).toFixed(2), (ours / bare).toFixed(2), memory]);
    }
    await client.connection.close();
  } finally {
    await stopDevServer();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The engine alone. With `eager` the activities share the workflows' queue, and the server hands them out with the
 * workflow's own answer; otherwise they have a queue of their own, as an endpoint and a sandbox pool need one.
 */
async function measureBare({ server, client }: Bench, items: number, eager: boolean): Promise<number> {
  const connection = await connectWorker(server);
  const shared = {
    connection,
    namespace: server.namespace,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 5 },
  } as const;
  const activities = {
    nothing: ({ item, turn }: { item: number; turn: number }) => ({ key: `${item}-${turn}` }),
  };
  const workflows = await Worker.create({
    ...shared,
    taskQueue: 'bare',
    workflowsPath: fileURLToPath(new URL('./bareWorkflow.ts', import.meta.url)),
    maxCachedWorkflows: 2000,
    workflowTaskPollerBehavior: { type: 'autoscaling' },
    ...(eager && { activities }),
  });
  const own = await Worker.create({ ...shared, taskQueue: 'bare-activities', activities });
  const run = async (): Promise<number> => {
    const started = performance.now();
    let next = 0;
    const feed = async (): Promise<void> => {
      for (let item = next++; item < items; item = next++) {
        const input = { item, turns, queue: eager ? 'bare' : 'bare-activities' };
        const options = { taskQueue: 'bare', workflowId: `bare-${eager}-${items}-${item}`, args: [input] };
        await client.workflow.execute('bareItem', options);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, feed));
    return performance.now() - started;
  };
  const milliseconds = await own.runUntil(workflows.runUntil(run()));
  await connection.close();
  return milliseconds / (items * turns);
}

async function measureOurs({ server, client, folder }: Bench, items: number): Promise<number> {
  const data = join(folder, `items-${items}.jsonl`);
  await writeSyntheticDataset(data, items);
  const document = {
    run_name: `instant-${items}`,
    data: { path: data },
    paths: { output_folder: join(folder, 'results') },
    inference: { provider: 'stub', sandbox_provider: 'none', max_iter: turns, batch_size: inFlight },
  };
  const suite = resolveSuite(loadConfig({ document }));
  const worker = await startWorker({ server, client, logger, ports: await instantPorts(), graceSeconds: 5 });
  const started = performance.now();
  const { handle } = await submitSuite(client, suite, { fresh: false });
  const [result] = await handle.result();
  const milliseconds = performance.now() - started;
  await worker.stop();
  if (result?.counts.turns !== items * turns)
    throw new Error(`expected ${items * turns} turns: ${JSON.stringify(result)}`);
  return milliseconds / (items * turns);
}

function print(cells: readonly (string | number)[]): void {
  process.stdout.write(`${cells.map((cell) => String(cell).padStart(20)).join('')}\n`);
}
