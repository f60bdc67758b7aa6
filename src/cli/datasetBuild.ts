import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import type { BuildInput } from '../core/flow/builds.ts';
import { buildDataset } from '../dataset/builder/buildDataset.ts';
import { describeFunnel } from '../dataset/builder/funnel.ts';
import { writeSheet } from '../dataset/datasheet.ts';
import { readRecipe } from '../dataset/recipe.ts';
import { checkOutputPath } from '../dataset/writeDataset.ts';
import { benchHome } from '../../setup/home.js';
import { buildEnvironment, readRepositorySpec } from '../environments/index.ts';
import { pickInto } from './datasetPick.ts';
import type { BuildFlags } from './datasetSettings.ts';
import { outputOf, settingsOf } from './datasetSettings.ts';
import { positiveNumber, print, tell, wholeNumber, withSandbox } from './datasetTools.ts';

/** `bench dataset build`: rows of a repository, each proved. */
export function buildCommand(): Command {
  return new Command('build')
    .description('make a dataset from a repository: coverage, test choice, cuts, bugs, proofs')
    .argument('[set]', 'a set with a recipe in resources/datasets, or the YAML file of one')
    .option(
      '-o, --output <file>',
      'where to write it: .jsonl, .jsonl.gz or .jsonl.zst (needed without a set)',
    )
    .option('--repository <name>', 'a shipped repository, or a YAML file that describes one (usual: django)')
    .option('--labels <list>', "parts of the test suite, with commas (usual: the description's labels)")
    .option('--limit <rows>', 'rows wanted; 0 = as many as there are (usual: 120)', wholeNumber)
    .option('--seed <text>', 'the same environment, labels and seed give the same rows (usual: 1)')
    .option('--max-per-file <rows>', 'rows of one file at most (usual: 4)', positiveNumber)
    .option('--long-files', "also methods of files that are too long for repair's prompt")
    .option('--slots <count>', 'tests run side by side', positiveNumber, availableParallelism())
    .addOption(
      new Option(
        '--descriptions <which>',
        'any: also methods without a docstring or comment, marked (usual: own)',
      ).choices(['own', 'any']),
    )
    .option('--dataset-version <text>', 'version of the dataset, written into it (usual: 1)')
    .option('--submit', 'hand the build to the Temporal server and its workers, and wait for its end')
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      '\nEvery finished step is kept under BENCH_HOME: an interrupted build goes on where it was.' +
        '\nA method is left out, with the reason counted, when a proof does not hold.' +
        '\n\nExamples:\n  bench dataset build django-4.0.4' +
        '\n  bench dataset build --limit 20 --labels utils_tests,forms_tests -o small.jsonl',
    )
    .action(build);
}

async function build(set: string | undefined, flags: BuildFlags): Promise<void> {
  const recipe = set === undefined ? null : await readRecipe(set);
  if (recipe?.kind === 'pick') {
    return pickInto({ from: recipe.pick_from, rows: recipe.rows, output: outputOf(flags, recipe.name) });
  }
  const settings = await settingsOf(flags, recipe);
  checkOutputPath(settings.output);
  if (flags.submit !== true) return buildRows(settings, flags);
  await (await import('./datasetSubmit.ts')).submitBuild(settings, flags.json === true);
}

async function buildRows(settings: BuildInput, { slots, json }: BuildFlags): Promise<void> {
  const { output, repository } = settings;
  const environment = await buildEnvironment({ repository, onProgress: tell });
  const { title, source } = await readRepositorySpec(repository);
  await withSandbox(slots, async (sandbox, signal) => {
    const { rows, digest, funnel } = await buildDataset({
      ...settings,
      environment,
      sandbox,
      slots,
      signal,
      repository: { title, licenses: source.licenses },
      workRoot: join(benchHome(), 'dataset-builds'),
      onProgress: tell,
    });
    const sheet = await writeSheet(output);
    if (json === true) {
      const summary = { output, sheet, rows: rows.length, digest, funnel, environment: environment.digest };
      return print(JSON.stringify(summary));
    }
    print(`${rows.length} rows in ${output}, described in ${sheet}`, `rows ${digest}`);
    print(...describeFunnel(funnel));
  });
}
