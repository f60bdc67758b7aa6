import { setCurrentDetails, setHandler } from '@temporalio/workflow';
import { countRows, describeProgress } from '../src/core/flow/builds.ts';
import type { BuildInput, BuildProgress, DatasetBuilt, ProvedMethod } from '../src/core/flow/builds.ts';
import { buildProgress } from './messages.ts';
import { buildSteps } from './steps.ts';

/** Small enough that little is done again after a worker was killed inside one. */
const labelsPerStep = 4;
const methodsPerStep = 8;

/** A dataset, from its repository's tests to its file. What a step has finished is kept, so any step may be done again. */
export async function datasetBuild(input: BuildInput): Promise<DatasetBuilt> {
  let progress: BuildProgress = { stage: 'tests', done: 0, of: input.labels.length, rows: 0 };
  setHandler(buildProgress, () => progress);
  const tell = (now: BuildProgress): void => {
    progress = now;
    setCurrentDetails(describeProgress(now));
  };

  const { labels } = input;
  await inSteps(labels.length, { size: labelsPerStep, atATime: 2 }, async (from, to) => {
    await buildSteps.surveyTests({ input, labels: labels.slice(from, to) });
    tell({ ...progress, done: progress.done + to - from });
  });

  const { methods, atATime } = await buildSteps.chooseMethods(input);
  tell({ stage: 'proofs', done: 0, of: methods, rows: 0 });
  const proved: ProvedMethod[][] = [];
  await inSteps(methods, { size: methodsPerStep, atATime }, async (from, to) => {
    const { isEnough, fullFiles } = countRows(begun(proved), input);
    if (isEnough) return;
    proved[from / methodsPerStep] = await buildSteps.proveMethods({ input, from, to, fullFiles });
    tell({ ...progress, done: progress.done + to - from, rows: countRows(begun(proved), input).rows });
  });

  tell({ ...progress, stage: 'file' });
  const built = await buildSteps.writeDataset(input);
  tell({ ...progress, stage: 'done', rows: built.rows });
  return built;
}

/** The results up to the first that is missing: only they say which rows are taken. */
function begun(proved: readonly (ProvedMethod[] | undefined)[]): readonly ProvedMethod[] {
  const missing = proved.findIndex((step) => step === undefined);
  return proved.slice(0, missing === -1 ? proved.length : missing).flatMap((step) => step ?? []);
}

interface Stepping {
  readonly size: number;
  readonly atATime: number;
}

/** Runs slices of a list in their order, several at a time. */
async function inSteps(
  length: number,
  { size, atATime }: Stepping,
  run: (from: number, to: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const takeTurns = async (): Promise<void> => {
    while (next < length) {
      const from = next;
      next += size;
      await run(from, Math.min(length, from + size));
    }
  };
  await Promise.all(Array.from({ length: atATime }, takeTurns));
}
