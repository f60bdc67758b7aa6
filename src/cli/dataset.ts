import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../core/errors.ts';
import { buildDataset } from '../dataset/builder/buildDataset.ts';
import { pickQuickRows } from '../dataset/pickRows.ts';
import { readDataset, refuseBadRows } from '../dataset/readDataset.ts';
import { environmentCheck, restampRows } from '../dataset/restampRows.ts';
import type { ValidationTable } from '../dataset/validateDataset.ts';
import { validateDataset } from '../dataset/validateDataset.ts';
import { rowsInQuarantine } from '../dataset/rowsInQuarantine.ts';
import { noteValidated } from '../dataset/validationRecord.ts';
import { checkOutputPath, writeDataset } from '../dataset/writeDataset.ts';
import { benchHome, buildEnvironment, resourcesFolder } from '../environments/index.ts';
import { createSandbox } from '../sandbox/index.ts';
import { Interrupted, exitCodes } from './failure.ts';

interface BuildFlags {
  readonly repository: string;
  readonly output: string;
  readonly labels?: string;
  readonly limit: number;
  readonly seed: string;
  readonly maxPerFile: number;
  readonly slots: number;
  readonly json?: boolean;
}

interface ValidateFlags {
  readonly repository: string;
  readonly repeats: number;
  readonly slots: number;
  readonly acceptEnvironment?: boolean;
  readonly skipBadRows?: boolean;
  readonly json?: boolean;
}

/** Repair shows the whole file, in 60,000 characters at most: room for the bug itself is left. */
const maxFileCharacters = 59_500;

/** `bench dataset build|validate|pick`: rows that are proved, proved again, and a quick choice of them. */
export function datasetCommand(): Command {
  const command = new Command('dataset').description(
    'Datasets: rows, one per method, each with what the three tasks need and proved before it is kept.',
  );
  command.addCommand(buildCommand());
  command.addCommand(validateCommand());
  command.addCommand(pickCommand());
  return command;
}

function buildCommand(): Command {
  return new Command('build')
    .description('make a dataset from a repository: coverage, test choice, cuts, bugs, proofs')
    .requiredOption('-o, --output <file>', 'where to write it: .jsonl or .jsonl.gz')
    .option(
      '--repository <name>',
      'name of a shipped repository, or a YAML file that describes one',
      'django',
    )
    .option(
      '--labels <list>',
      "parts of the test suite, with commas (default: the repository's list in resources/datasets)",
    )
    .option('--limit <rows>', 'rows wanted; 0 = as many as there are', wholeNumber, 120)
    .option('--seed <text>', 'the same environment, labels and seed give the same rows', '1')
    .option('--max-per-file <rows>', 'rows of one file at most', positiveNumber, 4)
    .option('--slots <count>', 'tests run side by side', positiveNumber, availableParallelism())
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      '\nEvery finished step is kept under BENCH_HOME: an interrupted build goes on where it was.' +
        '\nA method is left out, with the reason counted, when a proof does not hold.' +
        '\n\nExample:\n  bench dataset build --limit 20 --labels utils_tests,forms_tests -o small.jsonl',
    )
    .action(build);
}

function validateCommand(): Command {
  return new Command('validate')
    .description('prove every row of a dataset anew on this machine, and print a table of the checks')
    .argument('<file>', 'the dataset: .jsonl, .jsonl.gz, .json, or a folder that holds one')
    .option('--repository <name>', 'the repository that the rows are from', 'django')
    .option('--repeats <count>', 'how often everything is run', positiveNumber, 1)
    .option('--slots <count>', 'tests run side by side', positiveNumber, availableParallelism())
    .option(
      '--accept-environment',
      "write the rows that hold back to the file, with this environment's digest",
    )
    .option('--skip-bad-rows', 'go on without the rows that cannot be read')
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      '\nEnds with 0 when everything holds, 1 when a check failed. A dataset that names another environment' +
        '\nand holds here may then be run here; --accept-environment writes this one into its rows.\n\nExample:\n  bench dataset validate small.jsonl',
    )
    .action(validate);
}

function pickCommand(): Command {
  return new Command('pick')
    .description('write the rows of a dataset that are graded quickest, at most two of a file')
    .argument('<file>', 'the dataset to pick from')
    .requiredOption('-o, --output <file>', 'where to write them: .jsonl or .jsonl.gz')
    .option('--rows <count>', 'how many', positiveNumber, 20)
    .addHelpText('after', '\nExample:\n  bench dataset pick big.jsonl.gz --rows 20 -o quick.jsonl.gz')
    .action(pick);
}

async function pick(file: string, { output, rows }: { output: string; rows: number }): Promise<void> {
  const dataset = await readDataset(file);
  refuseBadRows(dataset);
  const picked = pickQuickRows(dataset.rows, rows);
  await writeDataset(output, picked);
  print(`${picked.length} rows of ${new Set(picked.map((row) => row.file_path)).size} files in ${output}`);
}

async function build(flags: BuildFlags): Promise<void> {
  const environment = await buildEnvironment({ repository: flags.repository, onProgress: tell });
  const labels = await readLabels(flags.labels, environment.name);
  await withSandbox(flags.slots, async (sandbox, signal) => {
    const { output, seed, maxPerFile, slots } = flags;
    const limit = flags.limit === 0 ? null : flags.limit;
    const workRoot = join(benchHome(), 'dataset-builds');
    const settings = { labels, output, limit, seed, maxPerFile, slots, maxFileCharacters, workRoot };
    const built = await buildDataset({ environment, sandbox, signal, ...settings, onProgress: tell });
    const { digest, leftOut } = built;
    const summary = { output, rows: built.rows.length, digest, leftOut, environment: environment.digest };
    if (flags.json === true) return print(JSON.stringify(summary));
    print(`${summary.rows} rows in ${output}`, `rows ${digest} (measured seconds aside)`);
    for (const [reason, count] of Object.entries(leftOut)) print(`left out: ${count} ${reason}`);
  });
}

async function validate(file: string, flags: ValidateFlags): Promise<void> {
  const dataset = await readDataset(file);
  if (flags.skipBadRows !== true) refuseBadRows(dataset);
  if (flags.acceptEnvironment === true) checkOutputPath(dataset.path);
  const environment = await buildEnvironment({ repository: flags.repository, onProgress: tell });
  await withSandbox(flags.slots, async (sandbox, signal) => {
    const { repeats, slots } = flags;
    const table = await validateDataset({
      dataset,
      environment,
      sandbox,
      repeats,
      slots,
      signal,
      onProgress: tell,
    });
    const quarantined = await rowsInQuarantine(environment, dataset.rows);
    print(flags.json === true ? JSON.stringify({ ...table, quarantined }) : renderTable(table));
    if (quarantined.length > 0)
      tell(`${quarantined.length} rows use tests in quarantine (bench env list): ${quarantined.join(', ')}`);
    const failed = table.checks.some(({ check, broken }) => broken.length > 0 && check !== environmentCheck);
    if (flags.acceptEnvironment === true) {
      const rows = restampRows(dataset, table);
      await writeDataset(dataset.path, rows);
      tell(`${rows.length} of ${table.rows} rows hold; ${dataset.path} now names ${environment.digest}`);
    } else if (!failed) {
      await noteValidated(environment, dataset.digest);
      tell('Everything was proved on this environment: the dataset may be run here.');
    }
    if (failed || dataset.badRows.length > 0) process.exitCode = exitCodes.unfinished;
  });
}

/** Labels of the flag, or of `resources/datasets/<repository>.labels.txt`, which has one a line. */
async function readLabels(flag: string | undefined, name: string): Promise<readonly string[]> {
  const file = join(resourcesFolder(), 'datasets', `${name}.labels.txt`);
  const text = flag?.replaceAll(',', '\n') ?? (await readFile(file, 'utf8').catch(() => ''));
  const labels = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (labels.length > 0) return [...new Set(labels)];
  throw new ConfigError(`Expected labels of the test suite with --labels or in ${file}, found none.`);
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

async function withSandbox(
  slots: number,
  use: (sandbox: ReturnType<typeof createSandbox>, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const sandbox = createSandbox('bubblewrap', { slots });
  const interruption = new AbortController();
  const interrupt = (): void =>
    interruption.abort(
      new Interrupted('Interrupted. What is finished is kept: run the same command to go on.'),
    );
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    await sandbox.check();
    await use(sandbox, interruption.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await sandbox.close();
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('expected 1 or more');
  return number;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
