import { Command } from 'commander';
import { createDatasets } from '../../activities/openRuns.ts';
import type { Datasets } from '../../activities/openRuns.ts';
import { summarize } from '../../activities/summarizeRun.ts';
import { parse, takeSnapshot } from '../report/readItems.ts';
import { runSummarySchema } from '../report/runSummary.ts';
import type { RunSummary } from '../report/runSummary.ts';
import { summaryKey } from '../report/summarize.ts';
import { findRunFolders, openForSummary, openRunFolder } from './openRunFolder.ts';
import { printSummaries } from './results.ts';

interface ReportFlags {
  readonly json?: boolean;
  readonly again?: boolean;
}

/** `bench report RUN_FOLDER…`: the table of runs, finished or not; assembles their files where outcomes are newer. */
export function reportCommand(): Command {
  return new Command('report')
    .description('print the table of runs, and assemble their result files where outcomes are newer')
    .argument('<folders...>', 'folders of runs, or a folder that holds some')
    .option('--again', 'assemble the files even where nothing is newer')
    .option('--json', 'print the summaries as a JSON list')
    .addHelpText('after', '\nExit code 1 when items are unscored or not run yet.')
    .action(report);
}

async function report(paths: readonly string[], flags: ReportFlags): Promise<void> {
  const folders = (await Promise.all(paths.map(findRunFolders))).flat();
  const datasets = createDatasets();
  const summaries: RunSummary[] = [];
  for (const folder of new Set(folders)) {
    summaries.push(await summaryOf(folder, datasets, flags.again === true));
  }
  printSummaries(summaries, flags.json === true);
}

async function summaryOf(folder: string, datasets: Datasets, again: boolean): Promise<RunSummary> {
  const opened = await openRunFolder(folder);
  if (!again) {
    const written = parse(await opened.store.get(summaryKey), runSummarySchema);
    const { digest } = await takeSnapshot(opened.store);
    if ('value' in written && written.value.assembledFrom === digest) return written.value;
  }
  const run = await openForSummary(opened, datasets);
  try {
    const summary = await summarize(run);
    process.stderr.write(`Assembled the result files in ${folder}\n`);
    return summary;
  } finally {
    await run.model.close();
  }
}
