import { ConfigError, DatasetError } from '../src/core/errors.ts';
import type { RunRequest } from '../src/core/run.ts';
import type { Dataset } from '../src/dataset/readDataset.ts';
import type { ChosenItems } from './chooseItems.ts';
import { readOtherRun } from './otherRuns.ts';
import type { Ports } from './ports.ts';

/** What a run that is graded again hands on to the run that does it. */
export interface RegradedRun {
  /** The digest that its weights had, which may be gone by now. */
  readonly weights: Record<string, string>;
  /** Of the items that the task can use, those that have an outcome there. */
  keep(chosen: ChosenItems): ChosenItems;
}

/** Null where a run asks a model of its own. Throws where the rows are not those that were answered. */
export async function regradedRun(
  { openStore }: Pick<Ports, 'openStore'>,
  { regradeOf: folder, datasetPath }: RunRequest,
  dataset: Dataset,
): Promise<RegradedRun | null> {
  if (folder === undefined) return null;
  const { lock } = await readOtherRun(openStore, folder);
  if (dataset.digest !== lock['dataset']) {
    throw new DatasetError(
      `${datasetPath} has changed since ${folder} was asked: its answers are to other rows. Put the old file back.`,
    );
  }
  const finished = new Set(await openStore(folder).list('outcomes'));
  const { weights } = lock;
  return {
    weights: weights === undefined ? {} : { weights },
    keep({ items, leftOut }) {
      const kept = items.filter(({ item }) => finished.has(`outcomes/${item}.json`));
      if (kept.length === 0) {
        throw new ConfigError(`${folder} has no finished item yet: expected outcomes/ with some in it.`);
      }
      const missing = items.length - kept.length;
      return { items: kept, leftOut: missing === 0 ? leftOut : { ...leftOut, not_finished_there: missing } };
    },
  };
}
