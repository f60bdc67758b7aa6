import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { refuseBadRows } from '../dataset/readDataset.ts';
import { environmentCheck, restampRows } from '../dataset/restampRows.ts';
import type { ValidationTable } from '../dataset/validateDataset.ts';
import { validateDataset } from '../dataset/validateDataset.ts';
import { rowsInQuarantine } from '../dataset/rowsInQuarantine.ts';
import { noteValidated } from '../dataset/validationRecord.ts';
import { checkOutputPath, writeDataset } from '../dataset/writeDataset.ts';
import { benchHome } from '../../setup/home.js';
import { buildEnvironment } from '../environments/index.ts';
import { openDataset, positiveNumber, print, tell, withSandbox } from './datasetTools.ts';
import { exitCodes } from './failure.ts';

interface ValidateFlags {
  readonly repository: string;
  readonly repeats: number;
  readonly lane: 'auto' | 'strict';
  readonly target: 'method' | 'class';
  readonly slots: number;
  readonly acceptEnvironment?: boolean;
  readonly skipBadRows?: boolean;
  readonly json?: boolean;
}

/** `bench dataset validate`: every promise of a dataset, kept on this machine or not. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('prove every row of a dataset anew on this machine, and print a table of the checks')
    .argument('<file>', 'the dataset: a file, a folder that holds one, or the name of a set')
    .option('--repository <name>', 'the repository that the rows are from', 'django')
    .addOption(
      new Option('--target <target>', 'class: the whole classes that gen_target: class makes of the rows')
        .choices(['method', 'class'])
        .default('method'),
    )
    .option('--repeats <count>', 'how often everything is run', positiveNumber, 1)
    .addOption(
      new Option('--lane <lane>', 'strict: a new process in a new container for every run; slower')
        .choices(['auto', 'strict'])
        .default('auto'),
    )
    .option('--slots <count>', 'tests run side by side', positiveNumber, availableParallelism())
    .option(
      '--accept-environment',
      "write the rows that hold back to the file, with this environment's digest",
    )
    .option('--skip-bad-rows', 'go on without the rows that cannot be read')
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      '\nWhat is finished is kept until the end: one that was interrupted goes on where it was.' +
        '\nEnds with 0 when everything holds, 1 when a check failed. A dataset that names another environment' +
        '\nand holds here may then be run here; --accept-environment writes this one into its rows.\n\nExample:\n  bench dataset validate small.jsonl',
    )
    .action(validate);
}

async function validate(file: string, flags: ValidateFlags): Promise<void> {
  const dataset = await openDataset(file);
  if (flags.skipBadRows !== true) refuseBadRows(dataset);
  if (flags.acceptEnvironment === true) checkOutputPath(dataset.path);
  const environment = await buildEnvironment({ repository: flags.repository, onProgress: tell });
  await withSandbox(flags.slots, async (sandbox, signal) => {
    const { repeats, slots, target, lane } = flags;
    const table = await validateDataset({
      dataset,
      environment,
      sandbox,
      repeats,
      target,
      lane,
      workRoot: join(benchHome(), 'dataset-validations'),
      slots,
      signal,
      onProgress: tell,
    });
    const quarantined = await rowsInQuarantine(environment, dataset.rows);
    print(flags.json === true ? JSON.stringify({ ...table, quarantined }) : renderTable(table));
    if (quarantined.length > 0)
      tell(`${quarantined.length} rows use tests in quarantine (bench env list): ${quarantined.join(', ')}`);
    const failed = table.checks.some(({ check, broken }) => broken.length > 0 && check !== environmentCheck);
    if (flags.acceptEnvironment === true && target === 'method') {
      const rows = restampRows(dataset, table);
      const header = dataset.header && { ...dataset.header, environment: environment.digest };
      await writeDataset(dataset.path, rows, header);
      tell(`${rows.length} of ${table.rows} rows hold; ${dataset.path} now names ${environment.digest}`);
    } else if (!failed) {
      await noteValidated(environment, dataset.digest);
      tell('Everything was proved on this environment: the dataset may be run here.');
    }
    if (failed || dataset.badRows.length > 0) process.exitCode = exitCodes.unfinished;
  });
}

function renderTable(table: ValidationTable): string {
  const rows = table.checks.map(({ check, rows: count, held, broken }) => [
    check,
    `${held}/${count}`,
    broken.slice(0, 3).join('\n'),
  ]);
  const drawn = new Table({
    head: ['check', 'held', 'rows that do not hold'],
    style: { head: [], border: [] },
  });
  drawn.push(...rows);
  const times = table.repeats === 1 ? 'once' : `${table.repeats} times`;
  return `${drawn.toString()}\n${table.proved} of ${table.rows} rows hold, run ${times} on ${table.environment}`;
}
