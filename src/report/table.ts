import { renderFootnotes } from './footnotes.ts';
import {
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
  formatUnscored,
  nothing,
} from './formats.ts';
import { renderPlainTable } from './plainTable.ts';
import { namesOf } from './runNames.ts';
import type { RunSummary } from './runSummary.ts';

/** The table of one or several runs for a terminal or a pipe; plain text, no colours. */
export function renderSuiteTable(summaries: readonly RunSummary[]): string {
  if (summaries.length === 0) return 'No runs.\n';
  const parts = [
    scoreTable(summaries),
    turnTable(summaries),
    sampleTable(summaries),
    strataTable(summaries),
    verdictTable(summaries),
    renderFootnotes(summaries),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** The score of one run in one line, for descriptions and logs. */
export function headlineOf({ headline, passed, items }: RunSummary): string {
  if (headline.withheld !== null) return `no score: ${headline.withheld}`;
  const unscored = items.unscored + items.pending;
  const count = Number.isInteger(passed.passed) ? passed.passed : passed.passed.toFixed(2);
  const score = `${count} of ${passed.of} passed, ${formatPercent(passed.share)} %`;
  const interval = `95 %: ${formatPercent(passed.low)} to ${formatPercent(passed.high)}`;
  return `${score} (${interval})${unscored > 0 ? `, ${unscored} unscored` : ''}`;
}

interface Column {
  readonly title: string;
  readonly cell: (summary: RunSummary) => string;
}

function scoreTable(summaries: readonly RunSummary[]): string {
  const hasCost = summaries.some(({ cost }) => cost !== null);
  return render(summaries, [
    { title: 'n', cell: ({ items }) => String(items.planned) },
    {
      title: 'passed % [95 %]',
      cell: ({ headline, passed }) => (headline.withheld ? 'withheld' : formatRate(passed)),
    },
    { title: 'visible', cell: (summary) => scored(summary, summary.visiblePassed.share) },
    { title: 'exact', cell: (summary) => scored(summary, summary.exactFormatPassed.share) },
    { title: 'unscored', cell: formatUnscored },
    { title: 'paid twice', cell: ({ answers }) => String(answers.possiblyPaidTwice) },
    { title: 'tokens in/out', cell: ({ tokens }) => tokensOf(tokens.prompt, tokens.completion) },
    { title: 'time', cell: ({ time }) => formatDuration(time.wallSeconds) },
    ...(hasCost ? [{ title: 'cost', cell: ({ cost }: RunSummary) => cost?.toFixed(2) ?? nothing }] : []),
  ]);
}

function turnTable(summaries: readonly RunSummary[]): string {
  const several = summaries.filter(({ maxTurns }) => maxTurns > 1);
  const turns = Math.max(0, ...several.map(({ maxTurns }) => maxTurns));
  const columns = Array.from({ length: turns }, (_, index) => ({
    title: index === 0 ? 'turn 1' : `≤ ${index + 1}`,
    cell: (summary: RunSummary): string => {
      const rate = summary.passedByTurn[index];
      if (rate === undefined) return nothing;
      return summary.headline.withheld ? nothing : formatRate(rate);
    },
  }));
  return titled('Passed % [95 %] by turn', render(several, columns, summaries));
}

function sampleTable(summaries: readonly RunSummary[]): string {
  const several = summaries.filter(({ samples }) => samples > 1);
  const steps = [...new Set(several.flatMap(({ passAtK }) => passAtK.map(({ k }) => k)))].sort(
    (a, b) => a - b,
  );
  const columns = steps.map((k) => ({
    title: `pass@${k}`,
    cell: ({ passAtK, headline }: RunSummary): string => {
      const rate = passAtK.find((one) => one.k === k);
      return rate === undefined || headline.withheld ? nothing : formatRate(rate);
    },
  }));
  return titled('pass@k % [95 %], unbiased', render(several, columns, summaries));
}

/** Only where a run mixes kinds of items; one kind alone is said in a footnote. */
function strataTable(summaries: readonly RunSummary[]): string {
  const kinds = [
    ['heldOut', 'held-out tests'],
    ['visibleOnly', 'visible tests only'],
    ['singleTest', 'single test'],
    ['loadBearing', 'load-bearing'],
  ] as const;
  const mixed = summaries.filter(({ strata, passed }) =>
    kinds.some(([kind]) => strata[kind].of > 0 && strata[kind].of < passed.of),
  );
  const used = kinds.filter(([kind]) => mixed.some(({ strata }) => strata[kind].of > 0));
  const columns = used.map(([kind, title]) => ({
    title,
    cell: ({ strata, headline }: RunSummary): string => {
      const { of, share } = strata[kind];
      if (of === 0) return nothing;
      return headline.withheld ? `n = ${of}` : `${formatPercent(share)} (n = ${of})`;
    },
  }));
  return titled('Passed % by kind of item', render(mixed, columns, summaries));
}

function verdictTable(summaries: readonly RunSummary[]): string {
  const columns = verdictOrder
    .filter((kind) => summaries.some(({ verdicts }) => verdicts[kind]))
    .map((kind) => ({
      title: kind.replaceAll('_', ' '),
      cell: (summary: RunSummary): string => verdictCell(summary, kind),
    }));
  return titled('Verdicts', render(summaries, columns));
}

const verdictOrder = [
  'passed',
  'failed',
  'timed_out',
  'out_of_memory',
  'crashed',
  'syntax_error',
  'unusable_answer',
  'wrong_target',
  'suspected_forgery',
] as const;

function verdictCell({ verdicts, unusableReasons }: RunSummary, kind: string): string {
  const count = verdicts[kind] ?? 0;
  if (kind !== 'unusable_answer' || count === 0) return String(count);
  const reasons = Object.entries(unusableReasons).map(([reason, n]) => `${n} ${reason.replaceAll('_', ' ')}`);
  return `${count} (${reasons.join(', ')})`;
}

/** Rows are the runs, named by task and model; `all` decides whether those names tell them apart. */
function render(runs: readonly RunSummary[], columns: readonly Column[], all = runs): string {
  if (runs.length === 0 || columns.length === 0) return '';
  const names = namesOf(all);
  const head = [
    ...names.titles.map((title) => ({ title, align: 'left' as const })),
    ...columns.map(({ title }) => ({ title, align: 'right' as const })),
  ];
  return renderPlainTable(
    head,
    runs.map((run) => [...names.cells(run), ...columns.map(({ cell }) => cell(run))]),
  );
}

function titled(title: string, table: string): string {
  return table === '' ? '' : `${title}\n${table}`;
}

/** No share of a run is shown whose score is withheld. */
function scored({ headline }: RunSummary, share: number | null): string {
  return headline.withheld === null ? formatPercent(share) : nothing;
}

function tokensOf(prompt: number | null, completion: number | null): string {
  return prompt === null && completion === null
    ? nothing
    : `${formatCount(prompt)}/${formatCount(completion)}`;
}
