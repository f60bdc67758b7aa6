import { createHash } from 'node:crypto';
import { z } from 'zod';
import { joinPlace, openStore, resolvePlace } from '../storage/index.ts';
import { configFromOptions, type ConfigOptions } from './configOptions.ts';

const roundSchema = z.object({
  adapters: z.array(z.string()).min(1),
  /** Folders of its runs, its base's among them: they outlive the adapters, which a training may remove. */
  folders: z.array(z.string()),
});

/** Adapters of a watched folder that are evaluated together. */
export type Round = z.infer<typeof roundSchema>;

export interface Rounds {
  begun(): readonly Round[];
  /** Kept before anything of it runs, so that the same group is gone on with after a death. */
  begin(round: Round): Promise<void>;
}

/** The rounds of a folder and a configuration, kept in the output folder. */
export async function openRounds(options: ConfigOptions, from: string): Promise<Rounds> {
  const { cwd, values, name } = await configFromOptions(options);
  const suite = values.run_name ?? values.wandb.run_name ?? name ?? 'suite';
  const id = createHash('sha256').update(`${suite}\0${from}`).digest('hex').slice(0, 12);
  const store = openStore(joinPlace(resolvePlace(cwd, values.paths.output_folder), `checkpoints-${id}`));
  const rounds: Round[] = [];
  for (const key of await store.list('rounds')) {
    const bytes = await store.get(key);
    if (bytes !== null) rounds.push(roundSchema.parse(JSON.parse(bytes.toString())));
  }
  return {
    begun: () => rounds,
    async begin(round) {
      const number = String(rounds.length + 1).padStart(6, '0');
      await store.putOnce(`rounds/${number}.json`, JSON.stringify(round));
      rounds.push(round);
    },
  };
}
