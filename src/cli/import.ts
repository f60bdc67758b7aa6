import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { slug } from '../config/runNames.ts';
import { taskNames, type TaskName } from '../core/row.ts';
import { tell } from './session.ts';

interface ImportFlags {
  readonly task: TaskName;
  readonly model: string;
  readonly name?: string;
  readonly output: string;
  readonly dataset?: string;
}

/** `bench import RESULTS.jsonl`: results of the original suite as a run of ours. */
export function importCommand(): Command {
  return new Command('import')
    .description(
      'Make a run of results of the original suite, so that bench report and bench compare show old and new models.',
    )
    .argument('<file>', 'its results.jsonl (.gz as well)')
    .requiredOption('--model <name>', 'the model that gave them; the file does not say')
    .addOption(new Option('--task <name>', 'the task').choices(taskNames).makeOptionMandatory())
    .option('--name <run>', "the run's name (default: task, model and the file's name)")
    .option('-o, --output <folder>', "where the run's folder is made; s3://… as well", 'results')
    .option('--dataset <path>', 'the rows, where the lines do not hold them')
    .addHelpText(
      'after',
      `
Verdicts are as the file says: OK = passed, NOT_RUN = unusable answer, FAILED = failed, CRUSHED = unscored. Its rows have no
held-out tests. Importing the same file again changes nothing.

Example:
  bench import old/results.jsonl --task program_repair --model Qwen/Qwen2.5-Coder-7B
  bench compare results --base Qwen/Qwen2.5-Coder-7B`,
    )
    .action(importResults);
}

async function importResults(file: string, flags: ImportFlags): Promise<void> {
  const { task, model, output, dataset } = flags;
  const { importRun } = await import('./importRun.ts');
  const { resolvePlace } = await import('../storage/index.ts');
  const stem = basename(file).replace(/\.jsonl(\.gz)?$/, '');
  const name = slug(flags.name ?? `imported-${task}-${model}-${stem}`);
  const outputFolder = resolvePlace(process.cwd(), output);
  const folder = await importRun({ file, task, model, name, outputFolder, dataset: dataset ?? null });
  tell(`Imported into ${folder}`);
  const { reportRuns } = await import('./report.ts');
  await reportRuns([folder], {});
}
