import { StorageError } from '../src/core/errors.ts';
import type { AnswerRecord, Outcome, TurnOutcome } from '../src/core/records.ts';
import type { TestReport } from '../src/core/testReport.ts';
import type { OpenRun } from './openRuns.ts';

type Place = Pick<OpenRun, 'folder' | 'store'> & Partial<Pick<OpenRun, 'recent'>>;

/** Each reads what a run's folder keeps under a key; null when there is nothing yet. */
export const readAnswer = (run: Place, key: string): Promise<AnswerRecord | null> => readJson(run, key);
export const readReport = (run: Place, key: string): Promise<TestReport | null> => readJson(run, key);
export const readOutcome = (run: Place, key: string): Promise<Outcome | null> => readJson(run, key);

/** Grades are not synced: one that a power cut broke is made again from its answer and reports, which are. */
export async function readGrade(run: Place, key: string): Promise<TurnOutcome | null> {
  try {
    return await readJson(run, key);
  } catch (error) {
    if (error instanceof StorageError && error.cause instanceof SyntaxError) return null;
    throw error;
  }
}

/** For keys that an earlier step of the same item has written, most often in this process a moment ago. */
export async function existing<T>(
  run: Place,
  key: string,
  read: (run: Place, key: string) => Promise<T | null>,
): Promise<T> {
  const kept = run.recent?.get(key);
  if (typeof kept === 'string') return JSON.parse(kept) as T;
  const record = await read(run, key);
  if (record === null)
    throw new StorageError(`${key} is missing in ${run.folder}: was the folder changed by hand?`);
  return record;
}

/** These files were written whole, by us, by `putOnce`; only a damaged disk or a person can have broken one. */
async function readJson<T>(run: Place, key: string): Promise<T | null> {
  const bytes = await run.store.get(key);
  if (bytes === null) return null;
  try {
    return JSON.parse(bytes.toString()) as T;
  } catch (error) {
    throw new StorageError(
      `${key} in ${run.folder} is not JSON any more: restore it or start another run with --new.`,
      {
        cause: error,
      },
    );
  }
}
