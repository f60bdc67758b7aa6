import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Row } from '../../core/row.ts';
import type { BuiltRow } from './buildRow.ts';
import type { LocatedMethod } from './reachedTests.ts';

export interface ProvingOptions {
  /** Rows wanted; null = as many as there are. */
  readonly limit: number | null;
  readonly maxPerFile: number;
  /** Candidates in proof at a time. */
  readonly slots: number;
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
  readonly prove: (located: LocatedMethod) => Promise<BuiltRow>;
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
  const rows: Row[] = [];
  const leftOut: Record<string, number> = {};
  const perFile = new Map<string, number>();
  const isFull = (path: string): boolean => (perFile.get(path) ?? 0) >= options.maxPerFile;
  const inProof = pLimit(options.slots);
  const started: (Promise<BuiltRow> | null)[] = [];
  try {
    for (const [index, located] of ordered.entries()) {
      options.signal.throwIfAborted();
      if (rows.length === (options.limit ?? Infinity)) break;
      for (
        let next = started.length;
        next < Math.min(index + lookahead * options.slots, ordered.length);
        next += 1
      ) {
        const ahead = ordered[next];
        const proof =
          ahead === undefined || isFull(ahead.filePath) ? null : inProof(() => options.prove(ahead));
        proof?.catch(() => undefined);
        started.push(proof);
      }
      const result = isFull(located.filePath) ? null : await started[index];
      if (result === null || result === undefined) continue;
      if (result.kind === 'left_out') leftOut[result.reason] = (leftOut[result.reason] ?? 0) + 1;
      else {
        rows.push(result.row);
        perFile.set(located.filePath, (perFile.get(located.filePath) ?? 0) + 1);
      }
      options.onProgress(
        describe(located, result, `${rows.length}${options.limit === null ? '' : `/${options.limit}`}`),
      );
    }
  } finally {
    inProof.clearQueue();
    // Proofs begun ahead are let finish, so that nothing of the build outlives it; what they found is kept.
    while (inProof.activeCount > 0) await setTimeout(50);
  }
  return { rows, leftOut };
}

function describe(located: LocatedMethod, result: BuiltRow, count: string): string {
  const what = result.kind === 'row' ? 'proved' : `left out: ${result.reason}`;
  return `row ${count} ${located.name}: ${what}`;
}
