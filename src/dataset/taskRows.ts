import type { Row, TaskName } from '../core/row.ts';
import { atCut } from '../core/rowHelpers.ts';
import type { TaskPolicy } from '../core/run.ts';
import { classRows } from './classRows.ts';

/** Rows as a run uses them, in the dataset's order. */
export interface TaskRows {
  readonly rows: readonly Row[];
  /** Rows that say nothing about what is asked, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** The rows of a dataset for one task: whole classes, another cut, or only those with a description of their own. */
export function taskRows(
  rows: readonly Row[],
  { task, policy }: { readonly task: TaskName; readonly policy: TaskPolicy },
): TaskRows {
  if (task === 'completion') {
    return keep(rows, 'no_cut_there', (row) => atCut(row, policy.cutPercent ?? 50));
  }
  if (task !== 'method_gen_multiturn') return { rows, leftOut: {} };
  if (policy.genTarget === 'class') return { rows: classRows(rows), leftOut: {} };
  const isWanted = ({ triathlon }: Row): boolean =>
    policy.derivedDescriptions === true || triathlon?.description_source !== 'derived';
  return keep(rows, 'derived_description', (row) => (isWanted(row) ? row : null));
}

function keep(rows: readonly Row[], reason: string, choose: (row: Row) => Row | null): TaskRows {
  const kept = rows.map(choose).filter((row) => row !== null);
  const lost = rows.length - kept.length;
  return { rows: kept, leftOut: lost === 0 ? {} : { [reason]: lost } };
}
