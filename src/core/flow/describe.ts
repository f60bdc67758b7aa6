import type { TurnOutcome } from '../records.ts';
import type { RunProgress } from './plans.ts';

/** What a finished turn may show while its item is still open: nothing of the held-out tests. */
export type VisibleTurn = Pick<TurnOutcome, 'verdict' | 'visiblePassed'> & {
  readonly metrics: Pick<TurnOutcome['metrics'], 'percentagePassed'>;
};

/** A Markdown table of runs for the Web UI; narrow, for it stands in half a page. */
export function describeRun(progress: RunProgress | readonly RunProgress[]): string {
  const runs: readonly RunProgress[] = 'run' in progress ? [progress] : progress;
  const named = runs.length > 1;
  return [
    `${named ? '| run ' : ''}| state | finished | passed | unscored | in flight | turns | since (UTC) |`,
    `${named ? '|---' : ''}|---|---:|---:|---:|---:|---:|---|`,
    ...runs.map((run) => describeRow(run, named)),
  ].join('\n');
}

/** A planned suite as Markdown for the Web UI: what its user was told, and its runs. */
export function describePlan(plan: {
  readonly runs: readonly { readonly run: string; readonly itemCount: number }[];
  readonly notices: readonly string[];
}): string {
  const runs = plan.runs.map(({ run, itemCount }) => `- \`bench/${run}\`: ${itemCount} items`);
  const notices = plan.notices.map((notice) => `- ${notice.replace(/\s+/g, ' ')}`);
  return [...notices, ...runs].join('\n');
}

/** What the visible tests say about one turn, in a few words. */
export function describeTurn(turn: VisibleTurn): string {
  if (turn.visiblePassed) return 'the visible tests pass';
  const { verdict } = turn;
  if (verdict.kind === 'unusable_answer') return `unusable answer (${verdict.reason.replaceAll('_', ' ')})`;
  // A turn whose visible tests do not pass never runs the held-out ones: this verdict holds nothing of them.
  const words = verdict.kind.replaceAll('_', ' ');
  return `${words}, ${percent(turn.metrics.percentagePassed)} of the visible tests as expected`;
}

/** One run's page has its name as the title. */
function describeRow(run: RunProgress, named: boolean): string {
  const share = run.items > 0 ? ` (${Math.floor((100 * run.finished) / run.items)} %)` : '';
  const cells = [
    ...(named ? [run.run] : []),
    run.state,
    unbroken(`${run.finished} of ${run.items}${share}`),
    run.passed,
    run.unscored,
    run.inFlight,
    run.turns,
    run.startedAt > 0 ? unbroken(new Date(run.startedAt).toISOString().slice(5, 19).replace('T', ' ')) : '',
  ];
  return `| ${cells.map((cell) => String(cell).replace(/[|\r\n]/g, ' ')).join(' | ')} |`;
}

function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0').replaceAll('-', '\u2011');
}

/** Rounded down, so that 100 % is said of all tests only. */
function percent(share: number): string {
  return `${Math.floor(share * 100 + 1e-9)} %`;
}
