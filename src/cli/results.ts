import { runSummarySchema, type RunSummary } from '../report/runSummary.ts';
import { summaryKey } from '../report/summarize.ts';
import { openStore } from '../storage/index.ts';
import { renderSuiteTable } from '../report/table.ts';
import { exitCodes } from './failure.ts';

/** The summaries that runs have written; folders without one are left out. */
export async function readSummaries(folders: readonly string[]): Promise<RunSummary[]> {
  const summaries: RunSummary[] = [];
  for (const folder of folders) {
    const bytes = await openStore(folder).get(summaryKey);
    if (bytes !== null) summaries.push(runSummarySchema.parse(JSON.parse(bytes.toString())));
  }
  return summaries;
}

/** Prints the table, or the summaries as JSON; sets the exit code: 1 when an item has no score. */
export function printSummaries(summaries: readonly RunSummary[], json: boolean): void {
  if (summaries.length === 0 && !json) return;
  process.stdout.write(json ? `${JSON.stringify(summaries, null, 2)}\n` : renderSuiteTable(summaries));
  const complete = summaries.every(({ items }) => items.unscored + items.pending === 0);
  process.exitCode = complete ? exitCodes.done : exitCodes.unfinished;
}
