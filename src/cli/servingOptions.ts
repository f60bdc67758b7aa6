import type { Command } from 'commander';
import type { EmbeddedMember } from '../config/embeddedModel.ts';
import type { LoadedConfig } from '../config/loadConfig.ts';
import type { StartOptions } from '../models/serving/index.ts';
import type { ServerRecord } from '../models/serving/serverRecords.ts';
import type { VllmPlan } from '../models/serving/vllmCommand.ts';
import { toInteger } from './numbers.ts';
import { tell } from './session.ts';

/** Flags of the commands that start vLLM servers; the original's names are among them (`--gpu_ids` = `--gpu-ids`). */
export interface ServingOptions {
  readonly gpuIds?: readonly string[];
  readonly basePort?: number;
  readonly waitTime?: number;
  readonly vllmLogDir?: string;
  readonly verboseVllm?: boolean;
}

/** Longest wait for a server to load, in seconds: large weights from a slow disk take half an hour. */
const defaultWaitSeconds = 1800;

/** Adds the flags of servers that are started. */
export function withServingOptions(command: Command): Command {
  return command
    .option('--gpu-ids <list>', 'GPUs, e.g. 0,1: a vLLM server for each, or for each group', toNames)
    .option(
      '--base-port <n>',
      'first port of the vLLM servers (without it: free ports from 3117 on)',
      toInteger,
    )
    .option('--wait-time <seconds>', 'longest wait for a vLLM server to load (default: 1800)', toInteger)
    .option('--vllm-log-dir <folder>', "folder of the vLLM servers' logs (default: BENCH_HOME/serving)")
    .option('--verbose-vllm', 'show the commands that start vLLM servers');
}

export interface Started {
  readonly records: readonly ServerRecord[];
  readonly options: StartOptions;
}

export interface Starting {
  readonly vllm: boolean;
  readonly embedded: readonly EmbeddedMember[];
  readonly owned: boolean;
  readonly signal: AbortSignal;
}

/** Starts the servers that a configuration and its flags ask for, and waits until they answer. */
export async function startServersFor(
  config: LoadedConfig,
  flags: ServingOptions,
  { vllm, embedded, ...how }: Starting,
): Promise<Started> {
  const [{ distinctModels, planEmbedded }, serving] = await Promise.all([
    import('./embeddedPlans.ts'),
    import('../models/serving/index.ts'),
  ]);
  const options = {
    waitSeconds: flags.waitTime ?? defaultWaitSeconds,
    logFolder: flags.vllmLogDir ?? null,
    verbose: flags.verboseVllm === true,
    say: tell,
    ...how,
  };
  await serving.sweepServers(tell);
  const vllmPlans = vllm ? await planVllm(config, flags) : [];
  const used = vllmPlans.map(({ port }) => port);
  const basePort = vllm ? null : (flags.basePort ?? null);
  const ports = await serving.choosePorts(distinctModels(embedded).length, basePort, used);
  const embeddedPlans = embedded.length === 0 ? [] : await planEmbedded(config, embedded, ports);
  return { records: await serving.startServers([...vllmPlans, ...embeddedPlans], options), options };
}

async function planVllm(config: LoadedConfig, flags: ServingOptions): Promise<VllmPlan[]> {
  const [{ adaptersOf }, { servedModel }, { planServers }] = await Promise.all([
    import('../config/modelSpecs.ts'),
    import('../config/servedModel.ts'),
    import('../models/serving/index.ts'),
  ]);
  return planServers({
    ...servedModel(config),
    adapters: adaptersOf(config),
    gpuIds: flags.gpuIds ?? [],
    basePort: flags.basePort ?? null,
    vllmArguments: config.values.inference.vllm_args,
    generationConfig: config.values.inference.generation_config,
  });
}

function toNames(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
