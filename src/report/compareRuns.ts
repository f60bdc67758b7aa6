import { comparePaired, type PairedDifference } from '../core/pairedStatistics.ts';
import { escapeForTerminal } from './escape.ts';
import { formatPercent, nothing } from './formats.ts';
import { renderPlainTable } from './plainTable.ts';

/** Which items of a run passed, by the rows' ids; items without an outcome are not there. */
export interface ScoredRun {
  readonly run: string;
  readonly task: string;
  readonly model: string;
  /** Digests of dataset and environment: scores on other ones are not comparable. Null for imported results, which do not say: the rows' ids count. */
  readonly measuredOn: string | null;
  /** Samples per item; only single samples can be paired. */
  readonly samples: number;
  readonly passed: ReadonlyMap<string, boolean>;
}

export interface Comparison {
  readonly task: string;
  readonly base: string;
  readonly model: string;
  readonly run: string;
  readonly basePassed: number;
  readonly passed: number;
  readonly paired: PairedDifference;
}

/** Each run against the base of its task, on the items that both have scored. */
export function compareRuns(base: readonly ScoredRun[], others: readonly ScoredRun[]): Comparison[] {
  return others.flatMap((other) => {
    const against = base.find(
      ({ task, measuredOn }) => task === other.task && areComparable(measuredOn, other.measuredOn),
    );
    return against === undefined ? [] : comparePair(against, other);
  });
}

/** One row per run: rates, difference in percentage points with interval, p, and what this n can show. */
export function renderComparisons(comparisons: readonly Comparison[]): string {
  const left = ['task', 'model', 'against'].map((title) => ({ title, align: 'left' as const }));
  const right = ['n', 'base %', 'passed %', 'difference [95 %]', 'McNemar p', 'smallest shown'];
  const rows = comparisons.map(({ task, model, base, basePassed, passed, paired }) => [
    task,
    escapeForTerminal(model, 40),
    escapeForTerminal(base, 40),
    String(paired.items),
    formatPercent(basePassed / paired.items),
    formatPercent(passed / paired.items),
    `${points(paired.difference)} [${points(paired.low)}, ${points(paired.high)}]`,
    paired.p < 0.0001 ? '< 0.0001' : paired.p.toFixed(4),
    `± ${(100 * paired.smallestShown).toFixed(1)}`,
  ]);
  if (rows.length === 0) return `${nothing}\n`;
  return renderPlainTable([...left, ...right.map((title) => ({ title, align: 'right' as const }))], rows);
}

function areComparable(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}

function nameOf({ model, measuredOn }: ScoredRun): string {
  return measuredOn === null ? `${model} (imported)` : model;
}

function comparePair(base: ScoredRun, other: ScoredRun): Comparison[] {
  const counts = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
  for (const [id, passed] of other.passed) {
    const before = base.passed.get(id);
    if (before === undefined) continue;
    counts[before ? (passed ? 'both' : 'firstOnly') : passed ? 'secondOnly' : 'neither'] += 1;
  }
  const paired = comparePaired(counts);
  if (paired === null) return [];
  const { task, run } = other;
  const basePassed = counts.both + counts.firstOnly;
  return [
    {
      task,
      base: nameOf(base),
      model: nameOf(other),
      run,
      basePassed,
      passed: counts.both + counts.secondOnly,
      paired,
    },
  ];
}

function points(share: number): string {
  const text = (100 * share).toFixed(1);
  return share > 0 ? `+${text}` : text.replace('-', '−');
}
