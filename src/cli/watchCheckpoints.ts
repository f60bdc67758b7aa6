import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { BenchError, ConfigError } from '../core/errors.ts';
import { createLookForAdapters } from '../models/serving/newAdapters.ts';
import { openRounds, type Round } from './checkpointRounds.ts';
import { configFromOptions, withConfigOptions, type ConfigOptions } from './configOptions.ts';
import { exitCodes, Interrupted } from './failure.ts';
import { interruptSignal, unlessInterrupted } from './interrupt.ts';
import { toInteger } from './numbers.ts';
import { areFinished, foldersOf, roundOf, runRound, tableOfRounds } from './runRound.ts';
import { tell, withSession, type Session } from './session.ts';
import { openWorker } from './workerProcess.ts';

interface WatchOptions extends ConfigOptions {
  readonly every: number;
  readonly idleExit?: number;
}

/** `bench watch-checkpoints DIR`: a sweep over adapters that are still to come. */
export function watchCheckpointsCommand(): Command {
  const command = new Command('watch-checkpoints')
    .description(
      'Evaluate the LoRA adapters in a folder, and those that a training adds to it, as they come: each once, whatever happens to this command.',
    )
    .argument('<folder>', 'the folder that the training writes checkpoints into, a folder each')
    .option(
      '--every <seconds>',
      'how often to look; an adapter is whole when two looks see the same',
      toInteger,
      20,
    )
    .option('--idle-exit <seconds>', 'end when nothing new has come for so long', toInteger);
  return withConfigOptions(command)
    .addHelpText(
      'after',
      `
Example:
  bench watch-checkpoints /data/checkpoints --config config.yaml --autorun --gpu_ids=0

The configuration is that of a sweep (provider vllm); lora_base: true compares each adapter with the base.
Ctrl-C, kill -9 and power cuts lose nothing: the same command goes on where it stopped.`,
    )
    .action(watch);
}

async function watch(folder: string, options: WatchOptions): Promise<void> {
  const from = resolve(folder);
  const config = await configFromOptions(options);
  const { provider, lora_ckpts_dir: elsewhere } = config.values.inference;
  if (provider !== 'vllm') {
    throw new ConfigError(
      `Adapters are served by vLLM: expected inference.provider vllm, found ${provider}.`,
    );
  }
  if (elsewhere !== null) tell(`inference.lora_ckpts_dir: no effect; ${from} is watched.`);
  const look = createLookForAdapters(from);
  await look().catch((error: unknown) => {
    throw new ConfigError(`Cannot watch ${from}: ${error instanceof Error ? error.message : String(error)}.`);
  });
  const signal = interruptSignal();
  await withSession({ config, start: true }, async (session) => {
    const worker = await openWorker(session, { graceSeconds: 5 });
    try {
      const unfinished = new Set<string>();
      await watchLoop({ session, from, options, look, signal, unfinished });
      process.exitCode = unfinished.size === 0 ? exitCodes.done : exitCodes.unfinished;
    } finally {
      await worker.stop();
    }
  });
}

interface Watching {
  readonly session: Session;
  readonly from: string;
  readonly options: WatchOptions;
  readonly look: () => Promise<string[]>;
  readonly signal: AbortSignal;
  /** Adapters without a whole result. */
  readonly unfinished: Set<string>;
}

/** Rounds that were begun before come first; what came meanwhile is the next one. */
async function watchLoop(watching: Watching): Promise<void> {
  const { from, options, look, signal, unfinished } = watching;
  const rounds = await openRounds(options, from);
  for (const { adapters, folders } of rounds.begun()) {
    if (!(await areFinished(folders))) await evaluate(watching, { adapters, folders });
  }
  const known = () => [...rounds.begun().flatMap(({ adapters }) => adapters), ...unfinished];
  tell(`Watching ${from} for LoRA adapters; ${known().length} were taken before.`);
  for (let lastNews = Date.now(); ;) {
    const usable: string[] = [];
    for (const name of (await look()).filter((one) => !known().includes(one))) {
      if (await canBeServed(watching, name)) usable.push(name);
      else unfinished.add(name);
    }
    if (usable.length > 0) {
      const folders = await foldersOf(await roundOf(options, from, usable));
      await rounds.begin({ adapters: usable, folders });
      await evaluate(watching, { adapters: usable, folders });
      process.stdout.write(await tableOfRounds(options, rounds.begun()));
      lastNews = Date.now();
    }
    if (options.idleExit !== undefined && Date.now() - lastNews > options.idleExit * 1000) return;
    await unlessInterrupted(signal, sleep(options.every * 1000, undefined, { ref: false }));
  }
}

/** An adapter of another base, or one without a rank, is said once and left alone. */
async function canBeServed({ from, options }: Watching, name: string): Promise<boolean> {
  try {
    await roundOf(options, from, [name]);
    return true;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    tell(`${name} is left out: ${error.message}`);
    return false;
  }
}

/** A round that fails is told, and the watch goes on: what of it is unfinished is tried again by the next start. */
async function evaluate(
  { session, from, options, signal, unfinished }: Watching,
  { adapters, folders }: Round,
): Promise<void> {
  try {
    tell(`Evaluating ${adapters.join(', ')}`);
    await runRound({ session, signal, options: await roundOf(options, from, adapters) });
  } catch (error) {
    if (error instanceof Interrupted || !isOurs(error)) throw error;
    tell(error instanceof Error ? error.message : String(error));
  }
  if (!(await areFinished(folders))) for (const name of adapters) unfinished.add(name);
}

function isOurs(error: unknown): boolean {
  return error instanceof BenchError || (error instanceof Error && error.name === 'WorkflowFailedError');
}
