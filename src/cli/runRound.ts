import { ConfigError } from '../core/errors.ts';
import { joinPlace, openStore } from '../storage/index.ts';
import { withServers } from './autorun.ts';
import { comparisonOf } from './compare.ts';
import { configFromOptions, suiteFromOptions, type ConfigOptions } from './configOptions.ts';
import type { Round } from './checkpointRounds.ts';
import { readSummaries } from './results.ts';
import { submitAndFollow } from './runSuite.ts';
import type { Session } from './session.ts';

export interface RoundHere {
  readonly session: Session;
  readonly signal: AbortSignal;
  /** Those of `roundOf`. */
  readonly options: ConfigOptions;
}

/** The options of a sweep over these adapters. Throws ConfigError where one cannot be served. */
export async function roundOf(
  options: ConfigOptions,
  folder: string,
  names: readonly string[],
): Promise<ConfigOptions> {
  const sweep = [
    `inference.lora_ckpts_dir=${JSON.stringify(folder)}`,
    `inference.lora_ckpts_list=${JSON.stringify(names)}`,
  ];
  const round = { ...options, set: [...(options.set ?? []), ...sweep] };
  await suiteFromOptions(round);
  return round;
}

/** Runs a sweep in a session whose worker works already. */
export async function runRound({ session, signal, options }: RoundHere): Promise<void> {
  await withServers(options, async (served, servers) => {
    const here = {
      suite: await suiteFromOptions(served),
      config: await configFromOptions(served),
      fresh: false,
      json: false,
    };
    const work = submitAndFollow(session, here, signal);
    await (servers === null ? work : Promise.race([work, servers.failed]));
  });
}

/** Folders of the runs that a round makes. */
export async function foldersOf(options: ConfigOptions): Promise<string[]> {
  const { runs } = await suiteFromOptions(options);
  return runs.map(({ outputFolder, name }) => joinPlace(outputFolder, name));
}

/** Has every item of these runs an outcome? */
export async function areFinished(folders: readonly string[]): Promise<boolean> {
  const summaries = await readSummaries(folders);
  const complete = summaries.filter(({ items }) => items.unscored + items.pending === 0);
  return complete.length === folders.length;
}

/** All adapters so far against their base; empty while there is nothing to pair. */
export async function tableOfRounds(options: ConfigOptions, rounds: readonly Round[]): Promise<string> {
  const { lora_base: withBase, model_name: base } = (await configFromOptions(options)).values.inference;
  if (!withBase || rounds.length < 2) return '';
  const folders = [...new Set(rounds.flatMap((round) => round.folders))];
  const records = await Promise.all(folders.map((folder) => openStore(folder).get('run.json')));
  const begun = folders.filter((_, index) => records[index] !== null);
  const count = rounds.flatMap(({ adapters }) => adapters).length;
  try {
    return `\nAll ${count} checkpoints so far, against ${base}\n${await comparisonOf(begun, { base, json: false })}`;
  } catch (error) {
    if (error instanceof ConfigError) return '';
    throw error;
  }
}
