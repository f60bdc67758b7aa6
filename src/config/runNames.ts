import { createHash } from 'node:crypto';
import type { TaskName } from '../core/row.ts';
import type { ModelSpec, TaskPolicy } from '../core/run.ts';

/** What a run's name is made of. */
export interface RunParts {
  readonly prefix: string | null;
  /** The prefix is the whole name. */
  readonly prefixOnly: boolean;
  readonly repository: string;
  readonly task: TaskName;
  readonly label: string;
  readonly model: ModelSpec;
  readonly policy: TaskPolicy;
  /** 1, 2, … when runs are repeated; null otherwise. */
  readonly replica: number | null;
  readonly smoke: boolean;
}

/** Names safe in file names and URLs, different from each other even where letter case does not count. */
export function nameRuns(runs: readonly RunParts[]): string[] {
  const names = runs.map((run) => nameOf(run, slug(run.label)));
  const count = (name: string) => names.filter((other) => other.toLowerCase() === name.toLowerCase()).length;
  return runs.map((run, index) => {
    const name = names[index] ?? '';
    return count(name) === 1 ? name : nameOf(run, `${slug(run.label)}-${digest(JSON.stringify(run.model))}`);
  });
}

/** Letters, digits, `.`, `_` and `-` only; never empty, never a dot first; shortened with a digest when long. */
export function slug(text: string, longest = 60): string {
  const safe = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[-.]+|[-.]+$/g, '');
  if (safe === '') return digest(text);
  return safe.length <= longest
    ? safe
    : `${safe.slice(0, longest - 7).replace(/[-.]+$/, '')}-${digest(text)}`;
}

function nameOf(run: RunParts, label: string): string {
  const prefix = run.prefix === null ? [] : [slug(run.prefix)];
  const parts = [run.repository, run.task, label, ...armsOf(run)];
  const replica = run.replica === null ? [] : [`replica${run.replica}`];
  return [...prefix, ...(run.prefixOnly ? [] : parts), ...replica].join('-');
}

function armsOf({ policy, task, smoke }: RunParts): string[] {
  const arms: readonly [boolean, string][] = [
    [smoke, 'smoke'],
    [policy.noFeedback, 'no_feedback'],
    [policy.noMultiturn, 'no_multiturn'],
    [policy.noHistory, 'no_history'],
    [policy.repairSampling, 'repair_sampling'],
    [!policy.think, 'no_think'],
    [policy.contextSource === 'class', 'class_context'],
    [policy.genTarget === 'class', 'class'],
    [policy.derivedDescriptions === true, 'derived_descriptions'],
    [policy.completionForm === 'prefix_suffix', 'prefix_suffix'],
    [policy.cutPercent !== undefined, `cut${policy.cutPercent}`],
    [task === 'program_repair' && policy.repairContext === null, 'no_test_output'],
  ];
  return arms.flatMap(([holds, name]) => (holds ? [name] : []));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6);
}
