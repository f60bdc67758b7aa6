import type { RunRecord } from '../core/run.ts';
import type { ResultStore } from '../ports/resultStore.ts';
import { buildSummary } from './buildSummary.ts';
import { crushedRow, crushedShortRow, scoredRow, shortRow } from './originalRows.ts';
import { originalSummary } from './originalSummary.ts';
import { readItems, takeSnapshot } from './readItems.ts';
import type { ItemState, RunItem, Snapshot } from './readItems.ts';
import { recomposeSample } from './recompose.ts';
import type { RecomposeTurn } from './recompose.ts';
import type { RunSummary } from './runSummary.ts';
import { addToTally, emptyTally } from './tally.ts';
import type { Tally } from './tally.ts';

/** What a run's tables are made from. */
export interface SummaryInput {
  readonly store: ResultStore;
  readonly record: RunRecord;
  /** The run's items in dispatch order; iterated twice, so no one-shot generator. */
  readonly items: AsyncIterable<RunItem> | Iterable<RunItem>;
  readonly recompose: RecomposeTurn;
}

/** Assembles a run's tables and `summary.json` from its outcomes; may be called at any time, again and again. */
export async function summarizeRun(input: SummaryInput): Promise<RunSummary> {
  const { store, record } = input;
  const snapshot = await takeSnapshot(store);
  const { maxTurns, samples } = record.request.policy;
  const tally = emptyTally(maxTurns, samples);
  const names = fileNames(record.request.outputFilename);
  await store.replace(names.results, resultLines(input, snapshot, tally));
  await store.replace(names.short, shortLines(input, snapshot));
  tally.strays = snapshot.outcomes.size - tally.scored - tally.broken.length;
  const summary = buildSummary({ record, tally, assembledFrom: snapshot.digest });
  await store.replace(names.summary, [`${JSON.stringify(originalSummary(summary))}\n`]);
  // Last: its `assembledFrom` says that the other files are there.
  await store.replace(summaryKey, [`${JSON.stringify(summary, null, 2)}\n`]);
  return summary;
}

/** Where a run's own figures are kept. */
export const summaryKey = 'summary.json';

/** Names of the published suite's files: `results.jsonl`, `results_short.jsonl`, `results_summary.jsonl`. */
export function fileNames(results: string): {
  readonly results: string;
  readonly short: string;
  readonly summary: string;
} {
  const dot = results.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [results.slice(0, dot), results.slice(dot)] : [results, ''];
  return { results, short: `${stem}_short${ending}`, summary: `${stem}_summary${ending}` };
}

async function* resultLines(input: SummaryInput, snapshot: Snapshot, tally: Tally): AsyncGenerator<string> {
  for await (const state of statesOf(input, snapshot)) {
    addToTally(tally, state);
    for (const row of await resultRows(input, state)) yield `${JSON.stringify(row)}\n`;
  }
}

async function* shortLines(input: SummaryInput, snapshot: Snapshot): AsyncGenerator<string> {
  const shape = shapeOf(input.record);
  for await (const state of statesOf(input, snapshot)) {
    const { row } = state;
    if (state.kind === 'pending') continue;
    const rows =
      state.kind === 'scored'
        ? state.outcome.samples.map((sample) => shortRow({ row, outcome: state.outcome, sample, shape }))
        : [crushedShortRow(row, attemptOf(state), shape)];
    for (const one of rows) yield `${JSON.stringify(one)}\n`;
  }
}

async function resultRows({ store, record, recompose }: SummaryInput, state: ItemState): Promise<object[]> {
  const { row } = state;
  const shape = shapeOf(record);
  if (state.kind === 'pending') return [];
  if (state.kind !== 'scored') {
    return [crushedRow({ row, attempt: attemptOf(state), prompt: recompose.conversation(row, []), shape })];
  }
  const rows: object[] = [];
  for (const sample of state.outcome.samples) {
    const recomposed = await recomposeSample({ store, row, sample, recompose });
    rows.push(scoredRow({ row, outcome: state.outcome, sample, recomposed, shape }));
  }
  return rows;
}

function statesOf({ store, record, items }: SummaryInput, snapshot: Snapshot): AsyncGenerator<ItemState> {
  return readItems({ store, snapshot, items, samples: record.request.policy.samples });
}

function attemptOf(state: Exclude<ItemState, { kind: 'scored' | 'pending' }>): {
  readonly error: string;
  readonly message: string;
  readonly endedAt: string;
} {
  if (state.kind === 'unscored') return state.attempt;
  return { error: 'broken_outcome_file', message: `${state.key}: ${state.fault}`, endedAt: '' };
}

function shapeOf({ request }: RunRecord): { maxTurns: number; samples: number; embedRows: boolean } {
  const { policy, embedRows } = request;
  return { maxTurns: policy.maxTurns, samples: policy.samples, embedRows };
}
