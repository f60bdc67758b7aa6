import type { TurnOutcome } from '../records.ts';
import type { RunProgress } from './plans.ts';

/** What a finished turn may show while its item is still open: nothing of the held-out tests. */
export type VisibleTurn = Pick<TurnOutcome, 'verdict' | 'visiblePassed'> & {
  readonly metrics: Pick<TurnOutcome['metrics'], 'percentagePassed'>;
};

/** A Markdown table of runs for the Web UI. */
export function describeRun(progress: RunProgress | readonly RunProgress[]): string {
  const runs: readonly RunProgress[] = 'run' in progress ? [progress] : progress;
  return [
    '| run | state | finished | passed | unscored | in flight | turns | since |',
    '|---|---|---:|---:|---:|---:|---:|---|',
    ...runs.map(describeRow),
  ].join('\n');
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

function describeRow(run: RunProgress): string {
  const share = run.items > 0 ? ` (${Math.floor((100 * run.finished) / run.items)} %)` : '';
  const cells = [
    run.run,
    run.state,
    `${run.finished} of ${run.items}${share}`,
    run.passed,
    run.unscored,
    run.inFlight,
    run.turns,
    run.startedAt > 0 ? new Date(run.startedAt).toISOString().replace(/\.\d+Z$/, 'Z') : '',
  ];
  return `| ${cells.map((cell) => String(cell).replace(/[|\r\n]/g, ' ')).join(' | ')} |`;
}

/** Rounded down, so that 100 % is said of all tests only. */
function percent(share: number): string {
  return `${Math.floor(share * 100 + 1e-9)} %`;
}
