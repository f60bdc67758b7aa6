import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { ConfigError } from '../core/errors.ts';
import { buildDataset } from '../dataset/builder/buildDataset.ts';
import { describeFunnel } from '../dataset/builder/funnel.ts';
import { composeDatasheet } from '../dataset/datasheet.ts';
import { readDataset } from '../dataset/readDataset.ts';
import { benchHome } from '../../setup/home.js';
import { buildEnvironment, readRepositorySpec, resourcesFolder } from '../environments/index.ts';
import { positiveNumber, print, tell, wholeNumber, withSandbox } from './datasetTools.ts';

interface BuildFlags {
  readonly repository: string;
  readonly output: string;
  readonly labels?: string;
  readonly limit: number;
  readonly seed: string;
  readonly maxPerFile: number;
  readonly slots: number;
  readonly descriptions: 'own' | 'any';
  readonly datasetVersion: string;
  readonly json?: boolean;
}

/** Repair shows the whole file, in 60,000 characters at most: room for the bug itself is left. */
const maxFileCharacters = 59_500;

/** `bench dataset build`: rows of a repository, each proved. */
export function buildCommand(): Command {
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
    .addOption(
      new Option('--descriptions <which>', 'any: also methods without a docstring or comment, marked')
        .choices(['own', 'any'])
        .default('own'),
    )
    .option('--dataset-version <text>', 'version of the dataset, written into it', '1')
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      '\nEvery finished step is kept under BENCH_HOME: an interrupted build goes on where it was.' +
        '\nA method is left out, with the reason counted, when a proof does not hold.' +
        '\n\nExample:\n  bench dataset build --limit 20 --labels utils_tests,forms_tests -o small.jsonl',
    )
    .action(build);
}

async function build(flags: BuildFlags): Promise<void> {
  const environment = await buildEnvironment({ repository: flags.repository, onProgress: tell });
  const { title, source } = await readRepositorySpec(flags.repository);
  const labels = await readLabels(flags.labels, environment.name);
  const { output, seed, maxPerFile, slots, descriptions, datasetVersion: version } = flags;
  const settings = { labels, output, seed, maxPerFile, slots, descriptions, version, maxFileCharacters };
  await withSandbox(slots, async (sandbox, signal) => {
    const { rows, digest, funnel } = await buildDataset({
      ...settings,
      environment,
      sandbox,
      signal,
      repository: { title, licenses: source.licenses },
      limit: flags.limit === 0 ? null : flags.limit,
      workRoot: join(benchHome(), 'dataset-builds'),
      onProgress: tell,
    });
    const sheet = output.replace(/\.jsonl(\.gz)?$/, '.DATASET.md');
    await writeFile(sheet, composeDatasheet(await readDataset(output)));
    if (flags.json === true) {
      const summary = { output, sheet, rows: rows.length, digest, funnel, environment: environment.digest };
      return print(JSON.stringify(summary));
    }
    print(`${rows.length} rows in ${output}, described in ${sheet}`, `rows ${digest}`);
    print(...describeFunnel(funnel));
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
