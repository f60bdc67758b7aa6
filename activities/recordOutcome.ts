import type { ItemResult } from '../src/core/flow/plans.ts';
import type { Outcome, SampleOutcome } from '../src/core/records.ts';
import type { Observer } from '../src/ports/observer.ts';
import type { RecordInput } from './activities.ts';
import { seedOf } from './composeRequest.ts';
import { rowOf, type OpenRun, type OpenRuns } from './openRuns.ts';
import { existing, readGrade, readOutcome } from './storedRecords.ts';

/** Writes an item's outcome once; one that is there already stays and is what counts. */
export function recordOutcome(
  openRun: OpenRuns,
  observer?: Observer,
): (input: RecordInput) => Promise<ItemResult> {
  return async (input) => {
    const run = await openRun(input.folder);
    const key = `outcomes/${input.item}.json`;
    const outcome = await assemble(run, input);
    // A full disk is waited out by the engine: nothing here was paid for, everything can be read again.
    const isOurs = await run.store.putOnce(key, JSON.stringify(outcome));
    if (isOurs) observer?.itemEnded(run.record, outcome);
    return resultOf(isOurs ? outcome : ((await readOutcome(run, key)) ?? outcome));
  };
}

/** What an item's outcome says to its shard. */
export function resultOf(outcome: Outcome): ItemResult {
  const turns = outcome.samples.flatMap((sample) => sample.turns);
  const tokens = turns.reduce(
    (sum, turn) => sum + (turn.promptTokens ?? 0) + (turn.completionTokens ?? 0),
    0,
  );
  const verdict = outcome.samples[0]?.turns.at(-1)?.verdict.kind ?? null;
  return { outcome: 'scored', verdict, turns: turns.length, tokens };
}

async function assemble(run: OpenRun, input: RecordInput): Promise<Outcome> {
  const row = rowOf(run, input);
  const { name, task } = run.record.request;
  return {
    schema: 1,
    run: name,
    task,
    item: input.item,
    dp_id: row.dp_id,
    idx: row.idx,
    split: row.split,
    heldOut: (row.triathlon?.held_out_tests.length ?? 0) > 0,
    singleTest: row.triathlon?.single_test ?? false,
    loadBearing: row.triathlon?.load_bearing ?? false,
    samples: await Promise.all(input.samples.map((keys, sample) => sampleOf(run, { keys, sample }))),
    startedAt: new Date(input.startedAt).toISOString(),
    endedAt: new Date().toISOString(),
  };
}

interface SampleKeys {
  readonly keys: readonly string[];
  readonly sample: number;
}

async function sampleOf(run: OpenRun, { keys, sample }: SampleKeys): Promise<SampleOutcome> {
  const turns = await Promise.all(keys.map((key) => existing(run, key, readGrade)));
  const passed = turns.at(-1)?.visiblePassed === true;
  const seed = seedOf(run, { sample, turn: 1 });
  return { sample, seed, turns, stopReason: passed ? 'visible_tests_passed' : 'max_turns' };
}
