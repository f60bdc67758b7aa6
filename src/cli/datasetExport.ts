import { Command, Option } from 'commander';
import { loadConfig } from '../config/loadConfig.ts';
import { loadPromptTexts } from '../config/promptTexts.ts';
import { resolveSuite } from '../config/resolveSuite.ts';
import { ConfigError } from '../core/errors.ts';
import type { Row, TaskName } from '../core/row.ts';
import { taskNames } from '../core/row.ts';
import { taskKindOf } from '../core/run.ts';
import { composeDatasheet } from '../dataset/datasheet.ts';
import { diffDatasets } from '../dataset/diffDatasets.ts';
import { exportProbes, exportPrompts, originalRows } from '../dataset/exportRows.ts';
import { refuseBadRows } from '../dataset/readDataset.ts';
import { originalParquet } from '../dataset/parquet/writeParquet.ts';
import { checkOutputPath, writeJsonLines, writeWhole } from '../dataset/writeDataset.ts';
import { loadPythonParser } from '../python/pythonParser.ts';
import { openDataset, print } from './datasetTools.ts';

interface ExportFlags {
  readonly output: string;
  readonly format: 'original' | 'prompts' | 'probes';
  readonly task?: TaskName;
}

/** `bench dataset export`: rows for other programs. */
export function exportCommand(): Command {
  return new Command('export')
    .description("write a dataset in the published suite's columns, or as plain prompts")
    .argument('<file>', 'the dataset: a file or the name of a set')
    .requiredOption(
      '-o, --output <file>',
      'where to write it: .jsonl, .jsonl.gz, .jsonl.zst or (original only) .parquet',
    )
    .addOption(
      new Option('--format <format>', 'what to write')
        .choices(['original', 'prompts', 'probes'])
        .default('original'),
    )
    .addOption(new Option('--task <task>', 'prompts of this task only').choices([...taskNames]))
    .addHelpText(
      'after',
      '\noriginal: whole rows with their files, visible tests only. prompts: the first messages of each item, with the' +
        "\nrepository's own answer. probes: the beginning of each method without its file, and how it goes on, to ask what a" +
        '\nmodel remembers.\n\nExample:\n  bench dataset export small.jsonl --format prompts -o prompts.jsonl',
    )
    .action(exportRows);
}

/** `bench dataset diff`: what two datasets do not share. */
export function diffCommand(): Command {
  return new Command('diff')
    .description('compare two datasets row by row; ends with 0 whether they differ or not')
    .argument('<before>', 'a dataset')
    .argument('<after>', 'another one')
    .option('--json', 'print data as JSON')
    .addHelpText('after', '\nExample:\n  bench dataset diff old.jsonl.gz new.jsonl.gz')
    .action(diff);
}

/** `bench dataset sheet`: a dataset described for people. */
export function sheetCommand(): Command {
  return new Command('sheet')
    .description('print the datasheet of a dataset: origin, strata, distributions, funnel')
    .argument('<file>', 'the dataset: a file or the name of a set')
    .addHelpText('after', '\nExample:\n  bench dataset sheet small.jsonl > small.DATASET.md')
    .action(async (file: string) => {
      process.stdout.write(composeDatasheet(await openDataset(file)));
    });
}

async function exportRows(file: string, { output, format, task }: ExportFlags): Promise<void> {
  const isParquet = output.endsWith('.parquet');
  if (!isParquet) checkOutputPath(output);
  else if (format !== 'original')
    throw new ConfigError(
      `--format ${format} is written as lines of JSON: expected .jsonl, found ${output}.`,
    );
  const rows = await readRows(file);
  const lines = await linesOf(rows, { file, format, task });
  if (isParquet) await writeWhole(output, originalParquet(lines));
  else await writeJsonLines(output, lines);
  print(`${lines.length} lines in ${output}`);
}

async function linesOf(
  rows: readonly Row[],
  { file, format, task }: { file: string } & Pick<ExportFlags, 'format' | 'task'>,
): Promise<readonly object[]> {
  switch (format) {
    case 'original':
      return originalRows(rows);
    case 'prompts':
      return promptsOf(rows, file, task);
    case 'probes':
      return exportProbes(await loadPythonParser(), rows);
  }
}

async function promptsOf(
  rows: readonly Row[],
  path: string,
  only: TaskName | undefined,
): Promise<readonly object[]> {
  const parser = await loadPythonParser();
  const tasks = only === undefined ? [...taskNames] : [only];
  const texts = await loadPromptTexts(null);
  const { runs } = resolveSuite(loadConfig({ document: { data: { path }, suite: { tasks } } }));
  return runs.flatMap((request) =>
    exportPrompts({ parser, rows, request, texts: texts[taskKindOf(request)] }),
  );
}

async function diff(before: string, after: string, { json }: { readonly json?: boolean }): Promise<void> {
  const found = diffDatasets(await readRows(before), await readRows(after));
  if (json === true) return print(JSON.stringify(found));
  for (const id of found.removed) print(`- ${id}`);
  for (const id of found.added) print(`+ ${id}`);
  for (const { id, columns } of found.changed) print(`~ ${id}: ${columns.join(', ')}`);
  const counts = [found.same, found.changed.length, found.removed.length, found.added.length];
  print(`${counts[0]} rows the same, ${counts[1]} changed, ${counts[2]} removed, ${counts[3]} added`);
}

async function readRows(file: string): Promise<readonly Row[]> {
  const dataset = await openDataset(file);
  refuseBadRows(dataset);
  return dataset.rows;
}
