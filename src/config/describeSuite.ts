import Table from 'cli-table3';
import type { RunRequest, SuiteRequest } from '../core/run.ts';

/** What a dry run knows beside the suite itself. */
export interface SuiteCounts {
  /** Items by run name; a run that is not here is shown with a question mark. */
  readonly items: ReadonlyMap<string, number>;
  /** Task queues that the suite uses, when they are known. */
  readonly queues?: readonly string[];
}

/** What a suite would do, for `--dry-run`: runs, items, turns and requests at most, queues, cost at most. */
export function describeSuite(suite: SuiteRequest, counts: SuiteCounts): string {
  const bounds = suite.runs.map((run) => boundsOf(run, counts));
  const queues = counts.queues ?? [];
  return [
    `Suite ${suite.name}: ${suite.runs.length} ${suite.runs.length === 1 ? 'run' : 'runs'}; nothing has been started.`,
    ...distinct(suite.runs.map((run) => `dataset  ${run.datasetPath}`)),
    ...distinct(suite.runs.map((run) => `results  ${run.outputFolder}`)),
    ...(queues.length === 0 ? [] : [`queues   ${distinct(queues).join(', ')}`]),
    tableOf(suite.runs, bounds),
    `At most ${show(sum(bounds.map(({ requests }) => requests)))} requests to models` +
      ' (a turn that passes its visible tests is the last; broken answers are asked for again).',
    ...costLines(suite.runs, bounds),
  ].join('\n');
}

interface Bounds {
  readonly items: number | null;
  readonly requests: number | null;
  readonly cost: number | null;
}

function boundsOf(run: RunRequest, counts: SuiteCounts): Bounds {
  const items = counts.items.get(run.name) ?? null;
  const free = run.model.provider === 'reference' || run.model.provider === 'stub';
  const turns = items === null ? null : items * run.policy.samples * run.policy.maxTurns;
  const cost = items === null || run.prices === null ? null : items * run.policy.samples * costOfSample(run);
  return { items, requests: free ? 0 : turns, cost };
}

function tableOf(runs: readonly RunRequest[], bounds: readonly Bounds[]): string {
  const table = new Table({
    head: ['run', 'model', 'items', 'samples', 'turns at most', 'requests at most'],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
  });
  for (const [index, run] of runs.entries()) {
    const { items, requests } = bounds[index] ?? { items: null, requests: null };
    const model = `${run.model.provider}: ${run.model.model}`;
    table.push([run.name, model, show(items), run.policy.samples, run.policy.maxTurns, show(requests)]);
  }
  return table.toString();
}

const charactersPerToken = 3;
const instructionCharacters = 4000;

/** Every turn sends all that came before: the bound is far above what a run will cost. */
function costOfSample({ policy, model, prices }: RunRequest): number {
  const answerTokens = Number(
    model.modelArguments['max_tokens'] ?? model.modelArguments['max_completion_tokens'] ?? 0,
  );
  const first = (policy.maxContextCharacters + instructionCharacters) / charactersPerToken;
  const perTurn = answerTokens + policy.maxFeedbackCharacters / charactersPerToken;
  const turns = policy.maxTurns;
  const inputTokens = turns * first + ((turns * (turns - 1)) / 2) * perTurn;
  return (
    (inputTokens * (prices?.inputPerMillion ?? 0) + turns * answerTokens * (prices?.outputPerMillion ?? 0)) /
    1e6
  );
}

function costLines(runs: readonly RunRequest[], bounds: readonly Bounds[]): string[] {
  const priced = runs.filter(({ prices }) => prices !== null).length;
  if (priced === 0) return [];
  const cost = sum(bounds.filter(({ cost }) => cost !== null).map(({ cost }) => cost));
  const unpriced = runs.length - priced;
  const rest = unpriced === 0 ? '' : `; ${unpriced} of ${runs.length} runs have no price`;
  return [`Cost at most about ${(cost ?? 0).toFixed(2)} (full context, all turns, longest answers)${rest}.`];
}

function sum(values: readonly (number | null)[]): number | null {
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return total;
}

function show(value: number | null): string {
  return value === null ? '?' : String(value);
}

function distinct(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
