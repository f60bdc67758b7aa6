/**
 * What a turn of the whole pipeline costs (records really written, instant model, no-op grading) beside what it costs
 * in the bare engine, in the same run on the same server: `npm run benchmark`. Arguments: numbers of items.
 */
import { parseArgs } from 'node:util';
import { DefaultLogger } from '@temporalio/worker';
import { measureBareEngine } from './bareEngine.ts';
import type { Bench, Cost, Load } from './bench.ts';
import { measureWholePipeline } from './wholePipeline.ts';
import { withBench } from './withBench.ts';

const logger = new DefaultLogger('ERROR');

interface Round {
  readonly eager: Cost;
  readonly own: Cost;
  readonly pipeline: Cost;
}

await main();

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { rounds: { type: 'string', default: '3' } },
    allowPositionals: true,
  });
  const sizes = positionals.length > 0 ? positionals.map(Number) : [200, 1000];
  await withBench('orchestration', logger, async (bench) => {
    for (const items of sizes) await compare(bench, items, Number(values.rounds));
  });
}

/** The three take turns, so that a busy machine slows all of them alike. */
async function compare(bench: Bench, items: number, count: number): Promise<void> {
  print(['items', 'per turn', 'wall ms', 'worker CPU ms', 'server CPU ms']);
  const rounds: Round[] = [];
  for (let round = 1; round <= count; round += 1) {
    const load = (name: string): Load => ({
      name: `${name}-${items}-${round}`,
      items,
      turns: 3,
      inFlight: 144,
    });
    const eager = await measureBareEngine(bench, load('eager'), true);
    printCost(items, 'bare, eager', eager);
    const own = await measureBareEngine(bench, load('own'), false);
    printCost(items, 'bare, own queue', own);
    const pipeline = await measureWholePipeline(bench, load('pipeline'), logger);
    printCost(items, 'triathlon', pipeline);
    rounds.push({ eager, own, pipeline });
  }
  for (const other of ['eager', 'own'] as const) {
    const ratio = (measure: (cost: Cost) => number): string =>
      median(rounds.map((round) => measure(round.pipeline) / measure(round[other]))).toFixed(2);
    const label = `median ratio, ${other}`;
    print([
      items,
      label,
      ratio(({ wall }) => wall),
      ratio(({ worker }) => worker),
      ratio(({ server }) => server),
    ]);
    print([items, `${label}, CPU`, ratio(({ worker, server }) => worker + server)]);
  }
  print([items, 'most memory, MB', Math.round(process.resourceUsage().maxRSS / 1024)]);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

function printCost(items: number, label: string, { wall, worker, server }: Cost): void {
  print([items, label, ...[wall, worker, server].map((milliseconds) => milliseconds.toFixed(1))]);
}

function print([items, label, ...figures]: readonly (string | number)[]): void {
  const cells = figures.map((figure) => String(figure).padStart(15));
  process.stdout.write(`${String(items).padStart(6)}  ${String(label).padEnd(26)}${cells.join('')}\n`);
}
