import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { DatasetError } from '../core/errors.ts';
import { bugsFromRun } from '../dataset/builder/bugsFromRun.ts';
import { readRunAnswers } from '../dataset/builder/readRunAnswers.ts';
import { refuseBadRows } from '../dataset/readDataset.ts';
import { checkOutputPath, rowsDigest, writeDataset } from '../dataset/writeDataset.ts';
import { buildEnvironment } from '../environments/index.ts';
import { openDataset, positiveNumber, print, tell, withSandbox } from './datasetTools.ts';

interface BugsFlags {
  readonly bugsFrom: string;
  readonly output: string;
  readonly repository: string;
  readonly slots: number;
}

/** `bench dataset bugs`: repair rows whose bugs are a model's own wrong answers. */
export function bugsCommand(): Command {
  return new Command('bugs')
    .description("make a set whose bugs are a model's own wrong answers in a run of method generation")
    .argument('<file>', 'the dataset that the run was on')
    .requiredOption('--bugs-from <run>', 'folder of the run')
    .requiredOption('-o, --output <file>', 'where to write the set: .jsonl, .jsonl.gz or .jsonl.zst')
    .option('--repository <name>', 'the repository that the rows are from', 'django')
    .option('--slots <count>', 'tests run side by side', positiveNumber, availableParallelism())
    .addHelpText(
      'after',
      '\nEach bug is proved like any other. The set is for repair alone; keep its scores apart from those of other sets.' +
        '\n\nExample:\n  bench dataset bugs small.jsonl --bugs-from results/my-run -o answers.jsonl',
    )
    .action(makeBugs);
}

async function makeBugs(file: string, { bugsFrom, output, repository, slots }: BugsFlags): Promise<void> {
  checkOutputPath(output);
  const dataset = await openDataset(file);
  refuseBadRows(dataset);
  const run = await readRunAnswers(bugsFrom, dataset.digest);
  const environment = await buildEnvironment({ repository, onProgress: tell });
  await withSandbox(slots, async (sandbox, signal) => {
    const ground = { environment, sandbox, signal };
    const { rows, leftOut } = await bugsFromRun({ rows: dataset.rows, run, ground, slots, onProgress: tell });
    if (rows.length === 0)
      throw new DatasetError(`No wrong answer of ${run.run} makes a bug: ${JSON.stringify(leftOut)}.`);
    const made_from = { digest: rowsDigest(dataset.rows), how: `bugs are wrong answers of ${run.model}` };
    const { header } = dataset;
    await writeDataset(output, rows, header && { ...header, funnel: null, made_from });
    print(`${rows.length} rows in ${output}`);
    for (const [reason, count] of Object.entries(leftOut)) print(`left out: ${count} ${reason}`);
  });
}
