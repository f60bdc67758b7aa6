import type { RunProgress } from '../core/flow/plans.ts';
import { escapeForTerminal } from './escape.ts';
import { formatCount, formatDuration } from './formats.ts';

/** What is needed of a run's progress to print it. */
export type PrintedProgress = Pick<
  RunProgress,
  'run' | 'items' | 'finished' | 'passed' | 'unscored' | 'inFlight' | 'turns' | 'startedAt' | 'state'
>;

/** One line per run with a bar, for a terminal; the caller redraws them in place. */
export function renderProgressBars(input: {
  readonly runs: readonly PrintedProgress[];
  /** Milliseconds since 1970, as in `startedAt`. */
  readonly now: number;
  readonly columns: number;
}): string[] {
  const { runs, now, columns } = input;
  const width = Math.min(36, Math.max(0, ...runs.map(({ run }) => run.length)));
  return runs.map((progress) => {
    const name = escapeForTerminal(progress.run, width).padEnd(width);
    const line = `${name} ${barOf(progress)} ${factsOf(progress, now).join(' · ')}`;
    return columns > 1 && line.length >= columns ? `${line.slice(0, columns - 2)}…` : line;
  });
}

/** One plain line per run, for a pipe or a log. */
export function renderProgressLine(progress: PrintedProgress, now: number): string {
  return `${escapeForTerminal(progress.run)}: ${factsOf(progress, now).join(' · ')}`;
}

/** Decides which plain lines are due: a run's line when its state changed, else at most every ten seconds and only with news. */
export function createProgressLog(
  everyMilliseconds = 10_000,
): (runs: readonly PrintedProgress[], now: number) => string[] {
  const printed = new Map<string, { readonly at: number; readonly state: string; readonly counts: string }>();
  return (runs, now) => {
    const due = runs.filter((progress) => {
      const { run, state } = progress;
      const last = printed.get(run);
      const counts = [progress.finished, progress.unscored, progress.turns].join(' ');
      const isNews = last === undefined || last.counts !== counts;
      if (last?.state === state && (!isNews || now - last.at < everyMilliseconds)) return false;
      printed.set(run, { at: now, state, counts });
      return true;
    });
    return due.map((progress) => renderProgressLine(progress, now));
  };
}

/** How an endpoint is fed, in a line. */
export function renderFeeding(feeding: PrintedFeeding): string {
  const { inFlight, limit, most, waiting, refusedInLastMinute, pausedMilliseconds } = feeding;
  const facts = [`${inFlight} requests in flight of ${limit} that it takes (${most} allowed)`];
  if (waiting > 0) facts.push(`${waiting} waiting`);
  if (refusedInLastMinute > 0) facts.push(`${refusedInLastMinute} refused in the last minute`);
  if (pausedMilliseconds > 0) facts.push(`paused for ${formatDuration(pausedMilliseconds / 1000)}`);
  return `endpoint: ${facts.join(' · ')}`;
}

export interface PrintedFeeding {
  readonly inFlight: number;
  readonly limit: number;
  readonly most: number;
  readonly waiting: number;
  readonly refusedInLastMinute: number;
  readonly pausedMilliseconds: number;
}

const cells = 20;

function barOf({ items, finished, unscored }: PrintedProgress): string {
  const done = items > 0 ? Math.min(1, (finished + unscored) / items) : 0;
  const full = Math.floor(done * cells);
  return `${'█'.repeat(full)}${'░'.repeat(cells - full)}`;
}

function factsOf(progress: PrintedProgress, now: number): string[] {
  const { items, finished, passed, unscored, inFlight, turns, state } = progress;
  const facts = [`${finished} of ${items}`, `${passed} passed`];
  if (unscored > 0) facts.push(`${unscored} unscored`);
  if (inFlight > 0) facts.push(`${inFlight} in flight`);
  if (turns > finished) facts.push(`${formatCount(turns)} turns`);
  if (state !== 'running') facts.push(state);
  const left = secondsLeft(progress, now);
  if (left !== null) facts.push(`about ${formatDuration(left)} left`);
  return facts;
}

/** From the mean pace since the run began; null while there is none. */
function secondsLeft(
  { items, finished, unscored, startedAt, state }: PrintedProgress,
  now: number,
): number | null {
  const done = finished + unscored;
  const elapsed = (now - startedAt) / 1000;
  if (state !== 'running' || startedAt <= 0 || done === 0 || done >= items || elapsed <= 0) return null;
  return Math.max(1, Math.round((elapsed / done) * (items - done)));
}
