import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import type { Outcome } from '../../core/records.ts';
import { outcomeSchema } from '../../report/recordSchemas.ts';
import { runRecordSchema } from '../../report/runRecordSchema.ts';

/** What a model answered wrongly in a run. */
export interface RunAnswers {
  readonly model: string;
  readonly run: string;
  /** By `dp_id`, the different methods that ran and did not pass. */
  readonly wrongAnswers: ReadonlyMap<string, readonly string[]>;
}

/** Reads a run of method generation on a dataset from its folder. */
export async function readRunAnswers(folder: string, datasetDigest: string): Promise<RunAnswers> {
  const text = await readFile(join(folder, 'run.json'), 'utf8').catch((cause: unknown) => {
    throw new ConfigError(`Expected the folder of a run, found no run.json in ${folder}.`, { cause });
  });
  const { request, lock } = runRecordSchema.parse(JSON.parse(text));
  const isGeneration = request.task === 'method_gen_multiturn' && request.policy.genTarget === undefined;
  if (!isGeneration) {
    throw new ConfigError(
      `Expected a run of method generation, found ${request.name}. Its answers are no whole methods.`,
    );
  }
  if (lock['dataset'] !== datasetDigest) {
    throw new ConfigError(
      `The run ${request.name} was on another dataset. Name ${request.datasetPath} as it was then.`,
    );
  }
  const wrongAnswers = new Map<string, readonly string[]>();
  const names = await readdir(join(folder, 'outcomes')).catch(() => []);
  for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
    const outcome = outcomeSchema.parse(JSON.parse(await readFile(join(folder, 'outcomes', name), 'utf8')));
    wrongAnswers.set(outcome.dp_id, wrongCodes(outcome));
  }
  return { model: request.model.model, run: request.name, wrongAnswers };
}

function wrongCodes({ samples }: Outcome): readonly string[] {
  const turns = samples.flatMap((sample) => sample.turns);
  const codes = turns.flatMap(({ verdict, code }) =>
    verdict.kind === 'failed' && code !== null ? [code] : [],
  );
  return [...new Set(codes)];
}
