/**
 * How much of what an endpoint takes is in flight, and what a request costs: `npm run benchmark:serving`. Real HTTP to a
 * server in a process of its own, records really written, no-op grading. Arguments: other loads.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DefaultLogger } from '@temporalio/worker';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { createModel } from '../../src/models/index.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { startWorker } from '../../src/temporal/worker.ts';
import { costPerTurn, type Bench } from '../orchestration/bench.ts';
import { instantPorts } from '../orchestration/instantPorts.ts';
import { writeSyntheticDataset } from '../orchestration/syntheticDataset.ts';
import { withBench } from '../orchestration/withBench.ts';
import type { SlowStats } from './slowServer.ts';

interface ServingLoad {
  readonly name: string;
  readonly allowed: number;
  readonly seconds: number;
  readonly items: number;
  /** Of each item. */
  readonly turns: number;
  /** What the server takes at a time; all of it when absent. */
  readonly takes?: number | undefined;
}

/** As `ALLOWED:SECONDS:ITEMS:TURNS[:TAKES]`; the last one is refused what is beyond 37 at a time. */
const usual = ['64:2:1000:1', '64:2:400:5', '256:10:800:5', '512:20:1200:5', '64:2:740:1:37'];

const logger = new DefaultLogger('ERROR');

await main(process.argv.slice(2).length > 0 ? process.argv.slice(2) : usual);

async function main(loads: readonly string[]): Promise<void> {
  await withBench('serving', logger, async (bench) => {
    print([
      'allowed',
      'taken',
      'answers of',
      'turns',
      'requests',
      'in flight',
      'most',
      'after',
      'refused',
      'worker CPU',
      'server CPU',
    ]);
    for (const load of loads) await measure(bench, readLoad(load));
  });
}

function readLoad(text: string): ServingLoad {
  const [allowed = 0, seconds = 0, items = 0, turns = 0, takes] = text.split(':').map(Number);
  if (allowed > 0 && seconds > 0 && items > 0 && turns > 0)
    return { name: text.replaceAll(':', '-'), allowed, seconds, items, turns, takes };
  throw new Error(`expected ALLOWED:SECONDS:ITEMS:TURNS[:TAKES] such as 64:2:400:5, found ${text}`);
}

async function measure(bench: Bench, load: ServingLoad): Promise<void> {
  const { allowed, seconds, items, turns, takes } = load;
  const slow = spawn(
    process.execPath,
    [join(import.meta.dirname, 'slowServer.ts'), ...[seconds, takes].filter(Boolean).map(String)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  try {
    const [port] = (await once(slow.stdout, 'data')) as [Buffer];
    const url = `http://127.0.0.1:${Number(port.toString())}`;
    const cost = await costPerTurn(bench, { name: load.name, items, turns, inFlight: allowed }, () =>
      run(bench, load, url),
    );
    const stats = (await (await fetch(`${url}/stats`)).json()) as SlowStats;
    const taken = Math.min(allowed, takes ?? allowed);
    const share = stats.openSum / stats.milliseconds / taken;
    print([
      allowed,
      taken,
      `${seconds} s`,
      turns,
      stats.answered,
      `${(100 * share).toFixed(1)} %`,
      stats.mostOpen,
      `${(stats.fullAfter / 1000).toFixed(1)} s`,
      `${((100 * stats.refused) / (stats.answered + stats.refused)).toFixed(1)} %`,
      `${cost.worker.toFixed(1)} ms`,
      `${cost.server.toFixed(1)} ms`,
    ]);
  } finally {
    slow.kill('SIGKILL');
  }
}

async function run({ server, client, folder }: Bench, load: ServingLoad, url: string): Promise<void> {
  const path = join(folder, `items-${load.items}.jsonl`);
  await writeSyntheticDataset(path, load.items);
  const document = {
    run_name: `serving-${load.name}`,
    data: { path },
    paths: { output_folder: join(folder, 'results') },
    inference: {
      provider: 'openai',
      base_url: `${url}/v1`,
      model_name: 'test-model',
      sandbox_provider: 'none',
      max_iter: load.turns,
      batch_size: load.allowed,
    },
  };
  const suite = resolveSuite(loadConfig({ document }));
  const ports = {
    ...(await instantPorts()),
    createModel: (spec: Parameters<typeof createModel>[0]) => createModel(spec, {}),
  };
  const worker = await startWorker({ server, client, logger, ports, graceSeconds: 5 });
  try {
    const { handle } = await submitSuite(client, suite, { fresh: false });
    const [result] = await handle.result();
    if (result?.counts.finished !== load.items)
      throw new Error(`not all were answered: ${JSON.stringify(result)}`);
  } finally {
    await worker.stop();
  }
}

function print(cells: readonly (string | number)[]): void {
  process.stdout.write(`${cells.map((cell) => String(cell).padStart(11)).join('')}\n`);
}
