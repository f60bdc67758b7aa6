import { escapeForTerminal } from './escape.ts';
import type { RunSummary } from './runSummary.ts';

/** How the rows of a table name their runs: by task and model, and by the run's name where these are not enough. */
export interface RunNames {
  readonly titles: readonly string[];
  readonly cells: (run: RunSummary) => readonly string[];
  /** For sentences. */
  readonly inWords: (run: RunSummary) => string;
}

/** Chooses the shortest names that tell these runs apart. */
export function namesOf(runs: readonly RunSummary[]): RunNames {
  const short = (run: RunSummary): string[] => [run.task, escapeForTerminal(run.model, 40)];
  const distinct = new Set(runs.map((run) => short(run).join(' '))).size === runs.length;
  if (distinct) {
    return { titles: ['task', 'model'], cells: short, inWords: (run) => short(run).join(', ') };
  }
  const name = (run: RunSummary): string => escapeForTerminal(run.run, 60);
  return { titles: ['run', 'task', 'model'], cells: (run) => [name(run), ...short(run)], inWords: name };
}
