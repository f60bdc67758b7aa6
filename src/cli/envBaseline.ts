import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { datasetPath } from '../config/configPaths.ts';
import { readDataset, refuseBadRows } from '../dataset/readDataset.ts';
import { testsOf } from '../dataset/rowsInQuarantine.ts';
import {
  checkStability,
  openEnvironment,
  quarantineFile,
  type StabilityFound,
} from '../environments/index.ts';
import { createSandbox } from '../sandbox/index.ts';
import { configOfFlags } from './configOfFlags.ts';
import { Interrupted, exitCodes } from './failure.ts';
import { interruptSignal } from './interrupt.ts';
import { describeQuarantine } from './quarantineLines.ts';
import { tell } from './session.ts';

interface BaselineFlags {
  readonly dataset?: string;
  readonly repeats: number;
  readonly load?: boolean;
  readonly json?: boolean;
}

/** `bench env baseline`: which tests of a dataset are unsteady on the reference itself? */
export function baselineCommand(): Command {
  return new Command('baseline')
    .description(
      "run a dataset's tests on the reference several times, and put unsteady ones into quarantine",
    )
    .argument('[repository]', 'the repository whose environment is used', 'django')
    .option('--dataset <file>', 'the dataset whose tests are run (default: the shipped set)')
    .option('--repeats <n>', 'how often, each time in another order', toCount, 5)
    .option('--load', 'keep all cores busy: twice as many tests at a time as there are cores')
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      '\nWhat is finished is kept: an interrupted check goes on where it was, and more --repeats add to it.' +
        '\nA row with a test in quarantine still runs; the run says so when it is submitted, and so does its table.' +
        '\nEnds with 1 when a test is unsteady.\n\nExample:\n  bench env baseline django --dataset django-4.0.4-mini --repeats 5 --load',
    )
    .action(baseline);
}

async function baseline(repository: string, flags: BaselineFlags): Promise<void> {
  const config = configOfFlags([{ key: 'data.path', value: flags.dataset, flag: '--dataset' }]);
  const dataset = await readDataset(datasetPath(config).path);
  refuseBadRows(dataset);
  const named = dataset.rows[0]?.triathlon?.environment;
  const environment = await openEnvironment(named ?? repository).catch(() => openEnvironment(repository));
  await checkSandbox();
  const found = await checkStability({
    environment,
    tests: dataset.rows.flatMap(testsOf),
    repeats: flags.repeats,
    slots: flags.load === true ? 2 * availableParallelism() : 1,
    load: flags.load === true,
    signal: interruption(),
    onProgress: tell,
  });
  const file = quarantineFile(environment);
  process.stdout.write(flags.json === true ? `${asJson(found, file)}\n` : `${describe(found, file)}\n`);
  if (found.unsteady.size > 0) process.exitCode = exitCodes.unfinished;
}

async function checkSandbox(): Promise<void> {
  const sandbox = createSandbox('bubblewrap', { slots: 1 });
  await sandbox.check();
  await sandbox.close();
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  interruptSignal().addEventListener('abort', () =>
    controller.abort(
      new Interrupted('Interrupted. What is finished is kept: run the same command to go on.'),
    ),
  );
  return controller.signal;
}

function describe({ tests, repeats, unsteady, otherwise }: StabilityFound, file: string): string {
  const steady = tests - unsteady.size;
  const others = [...otherwise].map(([status, count]) => `${count} always ${status.replaceAll('_', ' ')}`);
  return [
    `${tests} tests, ${repeats} times: ${steady} did the same each time${others.length > 0 ? ` (${others.join(', ')})` : ''}, ${unsteady.size} did not.`,
    ...describeQuarantine(Object.fromEntries(unsteady)),
    ...(unsteady.size > 0 ? [`Recorded in ${file}`] : []),
  ].join('\n');
}

function asJson({ unsteady, otherwise, ...counts }: StabilityFound, file: string): string {
  const maps = { unsteady: Object.fromEntries(unsteady), otherwise: Object.fromEntries(otherwise) };
  return JSON.stringify({ ...counts, ...maps, file });
}

function toCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number of 1 or more.');
}
