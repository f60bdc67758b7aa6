import { Command } from 'commander';
import { parse, takeSnapshot } from '../report/readItems.ts';
import { runSummarySchema } from '../report/runSummary.ts';
import type { RunSummary } from '../report/runSummary.ts';
import { summaryKey } from '../report/summarize.ts';
import { findRunFolders, openRunFolder, readFileOf, type OpenedFolder } from './openRunFolder.ts';
import { printSummaries } from './results.ts';

interface ReportFlags {
  readonly json?: boolean;
  readonly again?: boolean;
  readonly reproduce?: boolean;
}

/** `bench report RUN_FOLDER…`: the table of runs, finished or not; assembles their files where outcomes are newer. */
export function reportCommand(): Command {
  return new Command('report')
    .description('print the table of runs, and assemble their result files where outcomes are newer')
    .argument('<folders...>', 'folders of runs, or a folder that holds some')
    .option('--again', 'assemble the files even where nothing is newer')
    .option('--reproduce', 'print the commands that make the runs again, instead of the table')
    .option('--json', 'print the summaries as a JSON list')
    .addHelpText('after', '\nExit code 1 when items are unscored or not run yet.')
    .action(reportRuns);
}

/** Prints the table of runs, and assembles their files where that is due. */
export async function reportRuns(paths: readonly string[], flags: ReportFlags): Promise<void> {
  const folders = (await Promise.all(paths.map(findRunFolders))).flat();
  if (flags.reproduce === true) return printCommands(new Set(folders));
  const assemble = assembleWhenNeeded();
  const summaries: RunSummary[] = [];
  for (const folder of new Set(folders)) {
    const opened = await openRunFolder(folder);
    const written = flags.again === true ? null : await currentSummary(opened);
    summaries.push(written ?? (await assemble(opened)));
  }
  printSummaries(summaries, flags.json === true);
}

async function printCommands(folders: ReadonlySet<string>): Promise<void> {
  const { reproduceText, serverFactsSchema } = await import('../report/reproduce.ts');
  for (const folder of folders) {
    const { store, record } = await openRunFolder(folder);
    const keys = await store.list('servers');
    const servers = keys.map((key) => readFileOf(store, { folder, key, schema: serverFactsSchema }));
    process.stdout.write(`${reproduceText(record, await Promise.all(servers))}\n`);
  }
}

/** The summary as it was written; null when outcomes or attempts were added since, or it cannot be read. */
async function currentSummary({ store }: OpenedFolder): Promise<RunSummary | null> {
  const written = parse(await store.get(summaryKey), runSummarySchema);
  if ('fault' in written) return null;
  const { digest } = await takeSnapshot(store);
  return written.value.assembledFrom === digest ? written.value : null;
}

/** Parsers and tasks are loaded only when something is to be assembled. */
function assembleWhenNeeded(): (opened: OpenedFolder) => Promise<RunSummary> {
  let assembler: ((opened: OpenedFolder) => Promise<RunSummary>) | null = null;
  return async (opened) => {
    assembler ??= (await import('./assembleRun.ts')).createAssembler();
    const summary = await assembler(opened);
    process.stderr.write(`Assembled the result files in ${opened.folder}\n`);
    return summary;
  };
}
