import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Row } from '../../core/row.ts';
import type { BuiltRow } from './buildRow.ts';
import type { LocatedMethod } from './reachedTests.ts';

export interface ProvingOptions {
  /** Rows wanted; null = as many as there are. */
  readonly limit: number | null;
  /** Null: any number. */
  readonly maxPerFile: number | null;
  /** Candidates in proof at a time. */
  readonly slots: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
  /** Aborted when the row is not wanted any more. */
  readonly prove: (located: LocatedMethod, signal: AbortSignal) => Promise<BuiltRow>;
}

export interface ProvedRows {
  readonly rows: readonly Row[];
  /** Methods that did not become rows, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** Candidates begun ahead of the one that is waited for, per slot: a slow proof holds up nothing. */
const lookahead = 6;

/**
 * Proves candidates in their order, several at a time, until there are enough rows. What is kept depends on the
 * order only, never on which proof was quicker.
 */
export async function proveInOrder(
  ordered: readonly LocatedMethod[],
  options: ProvingOptions,
): Promise<ProvedRows> {
  const tally = createTally(options, ordered.length);
  const inProof = pLimit(options.slots);
  const surplus = new AbortController();
  const signal = AbortSignal.any([options.signal, surplus.signal]);
  const started: (Promise<BuiltRow> | null)[] = [];
  const begin = (located: LocatedMethod): Promise<BuiltRow> => {
    const proof = inProof(() => options.prove(located, signal));
    proof.catch(() => undefined);
    return proof;
  };
  try {
    for (const [index, located] of ordered.entries()) {
      options.signal.throwIfAborted();
      if (tally.isEnough()) break;
      for (const ahead of ordered.slice(started.length, index + lookahead * options.slots)) {
        started.push(tally.isFull(ahead) ? null : begin(ahead));
      }
      const result = tally.isFull(located) ? null : await started[index];
      if (result) tally.take(located, result);
    }
  } finally {
    inProof.clearQueue();
    // Proofs begun ahead are given up, and waited for: nothing of the build outlives it.
    surplus.abort(new Error('enough rows are proved'));
    while (inProof.activeCount > 0) await setTimeout(50);
  }
  return tally.proved;
}

interface Tally {
  readonly proved: ProvedRows;
  readonly isEnough: () => boolean;
  /** No more rows of this method's file are wanted. */
  readonly isFull: (located: LocatedMethod) => boolean;
  readonly take: (located: LocatedMethod, result: BuiltRow) => void;
}

function createTally({ limit, maxPerFile, onProgress }: ProvingOptions, candidates: number): Tally {
  const describeRest = createEstimate();
  let taken = 0;
  const rows: Row[] = [];
  const leftOut: Record<string, number> = {};
  const perFile = new Map<string, number>();
  const goal = limit === null ? '' : `/${limit}`;
  return {
    proved: { rows, leftOut },
    isEnough: () => rows.length === limit,
    isFull: ({ filePath }) => (perFile.get(filePath) ?? 0) >= (maxPerFile ?? Infinity),
    take({ name, filePath }, result) {
      taken += 1;
      if (result.kind === 'row') {
        rows.push(result.row);
        perFile.set(filePath, (perFile.get(filePath) ?? 0) + 1);
      } else leftOut[result.reason] = (leftOut[result.reason] ?? 0) + 1;
      const what = result.kind === 'row' ? 'proved' : `left out: ${result.reason}`;
      const done = limit === null ? taken / candidates : rows.length / limit;
      onProgress(`row ${rows.length}${goal} ${name}: ${what}${describeRest(done)}`);
    },
  };
}

/** Candidates whose pace the estimate goes by: those that an earlier build has proved take no time. */
const recent = 20;

/** Says how long the rest takes when it goes on as of late; nothing at the ends, where there is nothing to say. */
function createEstimate(): (done: number) => string {
  const marks = [{ at: performance.now(), done: 0 }];
  return (done) => {
    const at = performance.now();
    marks.push({ at, done });
    const from = marks.length > recent ? marks.shift() : marks[0];
    const gained = done - (from?.done ?? 0);
    if (!from || gained === 0 || done >= 1) return '';
    const minutes = ((at - from.at) * (1 - done)) / gained / 60_000;
    return minutes < 1 ? ', less than a minute left' : `, about ${Math.round(minutes)} min left`;
  };
}
