import { Command } from 'commander';
import { ConfigError } from '../core/errors.ts';
import type { Outcome } from '../core/records.ts';
import { compareRuns, renderComparisons, type ScoredRun } from '../report/compareRuns.ts';
import { mapInOrder } from '../report/mapInOrder.ts';
import { parse } from '../report/readItems.ts';
import { outcomeSchema } from '../report/recordSchemas.ts';
import { findRunFolders, openRunFolder, type OpenedFolder } from './openRunFolder.ts';

interface CompareFlags {
  readonly base?: string;
  readonly json?: boolean;
}

/** `bench compare`: runs of the same items against a base, item by item. */
export function compareCommand(): Command {
  return new Command('compare')
    .description(
      'Compare runs of the same items with a base, pair by pair: difference with interval, exact McNemar p, and the smallest difference that so many items can show.',
    )
    .argument(
      '<folders...>',
      'folders of runs, or a folder that holds some; the first run of a task is its base',
    )
    .option('--base <model>', 'the model to compare with, as it stands in the tables')
    .option('--json', 'print data as JSON')
    .addHelpText('after', '\nExample:\n  bench compare results --base Qwen/Qwen3-1.7B')
    .action(compare);
}

async function compare(paths: readonly string[], { base, json }: CompareFlags): Promise<void> {
  const folders = [...new Set((await Promise.all(paths.map(findRunFolders))).flat())];
  const text = await comparisonOf(folders, { base: base ?? null, json: json === true });
  process.stdout.write(text);
}

export interface ComparisonOptions {
  /** Model name; null = the first run of each task. */
  readonly base: string | null;
  readonly json: boolean;
}

/** The table, or the data as JSON. Throws ConfigError when there is nothing to compare. */
export async function comparisonOf(
  folders: readonly string[],
  { base, json }: ComparisonOptions,
): Promise<string> {
  const runs = await Promise.all(folders.map(async (folder) => readScores(await openRunFolder(folder))));
  const single = runs.filter(({ samples }) => samples === 1);
  const isBase = (run: ScoredRun): boolean =>
    base === null ? single.find(({ task }) => task === run.task) === run : run.model === base;
  const bases = single.filter(isBase);
  const comparisons = compareRuns(
    bases,
    single.filter((run) => !isBase(run)),
  );
  if (comparisons.length === 0) {
    const found = runs.map(({ run, model }) => `${run} (${model})`).join(', ');
    throw new ConfigError(
      `Expected runs of one task on the same rows and environment, one sample per item, one of them by ${base ?? 'the base'}; found ${found}.`,
    );
  }
  return json ? `${JSON.stringify(comparisons, null, 2)}\n` : renderComparisons(comparisons);
}

async function readScores({ store, record }: OpenedFolder): Promise<ScoredRun> {
  const passed = new Map<string, boolean>();
  const read = async (key: string) => parse<Outcome>(await store.get(key), outcomeSchema);
  for await (const found of mapInOrder(await store.list('outcomes'), 16, read)) {
    if (!('value' in found)) continue;
    const verdict = found.value.samples[0]?.turns.at(-1)?.verdict.kind;
    passed.set(found.value.dp_id, verdict === 'passed');
  }
  const { request, lock } = record;
  return {
    run: request.name,
    task: request.task,
    model: request.model.model,
    measuredOn: `${lock['dataset']} ${lock['environment']}`,
    samples: request.policy.samples,
    passed,
  };
}
