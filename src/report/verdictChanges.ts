import type { SampleOutcome } from '../core/records.ts';
import type { Verdict } from '../core/verdicts.ts';
import { renderPlainTable } from './plainTable.ts';

/** A run that was graded again, with both records of its items. */
export interface RegradedItems {
  readonly run: string;
  readonly regradeOf: string;
  readonly maxTurns: number;
  readonly items: readonly {
    readonly item: string;
    readonly before: readonly SampleOutcome[];
    readonly after: readonly SampleOutcome[];
  }[];
}

/** What grading again has changed. */
export interface VerdictChanges {
  readonly run: string;
  readonly regradeOf: string;
  readonly samples: number;
  readonly passedBefore: number;
  readonly passedAfter: number;
  readonly changes: readonly VerdictChange[];
  /** Samples that would have had another turn now, for which no answer was recorded. */
  readonly withoutFurtherAnswer: readonly string[];
}

export interface VerdictChange {
  readonly item: string;
  /** From 1. */
  readonly sample: number;
  readonly before: string;
  readonly after: string;
}

/** Compares the last verdicts of each sample. */
export function compareVerdicts({ run, regradeOf, maxTurns, items }: RegradedItems): VerdictChanges {
  const pairs = items.flatMap(({ item, before, after }) =>
    after.map((now, index) => ({ item, sample: index + 1, now, was: before[index] })),
  );
  const changes = pairs.flatMap(({ item, sample, now, was }) => {
    const [before, after] = [wordsOf(was), wordsOf(now)];
    return before === after ? [] : [{ item, sample, before, after }];
  });
  const passed = (samples: readonly (SampleOutcome | undefined)[]): number =>
    samples.filter((sample) => verdictOf(sample)?.kind === 'passed').length;
  return {
    run,
    regradeOf,
    samples: pairs.length,
    passedBefore: passed(pairs.map(({ was }) => was)),
    passedAfter: passed(pairs.map(({ now }) => now)),
    changes,
    withoutFurtherAnswer: pairs
      .filter(({ now, was }) => was?.turns.at(-1)?.visiblePassed === true && wouldGoOn(now, maxTurns))
      .map(({ item, sample }) => `${item} (sample ${sample})`),
  };
}

/** One paragraph per run; the changed verdicts in a table. */
export function renderVerdictChanges(all: readonly VerdictChanges[]): string {
  return all.map(renderOne).join('\n');
}

function renderOne(found: VerdictChanges): string {
  const { run, regradeOf, samples, passedBefore, passedAfter, changes, withoutFurtherAnswer } = found;
  const several = changes.some(({ sample }) => sample > 1);
  const head = `${run}: ${changes.length} of ${samples} verdicts differ from ${regradeOf}; passed ${passedBefore} before, ${passedAfter} now.\n`;
  const columns = ['item', ...(several ? ['sample'] : []), 'before', 'now'];
  const rows = changes.map(({ item, sample, before, after }) => [
    item,
    ...(several ? [String(sample)] : []),
    before,
    after,
  ]);
  const table =
    rows.length === 0
      ? ''
      : renderPlainTable(
          columns.map((title) => ({ title, align: 'left' as const })),
          rows,
        );
  const ends =
    withoutFurtherAnswer.length === 0
      ? ''
      : `${withoutFurtherAnswer.length} would have had another turn, for which no answer was recorded: ${withoutFurtherAnswer.slice(0, 5).join(', ')}${withoutFurtherAnswer.length > 5 ? ' …' : ''}\n`;
  return `${head}${table}${ends}`;
}

function verdictOf(sample: SampleOutcome | undefined): Verdict | undefined {
  return sample?.turns.at(-1)?.verdict;
}

function wordsOf(sample: SampleOutcome | undefined): string {
  const verdict = verdictOf(sample);
  if (verdict === undefined) return 'none';
  return verdict.kind === 'unusable_answer' ? `${verdict.kind} (${verdict.reason})` : verdict.kind;
}

function wouldGoOn({ turns }: SampleOutcome, maxTurns: number): boolean {
  return turns.at(-1)?.visiblePassed === false && turns.length < maxTurns;
}
