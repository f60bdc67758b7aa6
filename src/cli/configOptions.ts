import { Option } from 'commander';
import type { Command } from 'commander';
import type { LoadedConfig } from '../config/loadConfig.ts';
import type { Override } from '../config/overrides.ts';
import type { SuiteRequest } from '../core/run.ts';
import { toInteger, toIntegers } from './numbers.ts';
import { withServingOptions, type ServingOptions } from './servingOptions.ts';

/** The flags of every command that takes a configuration, as commander hands them over. */
export interface ConfigOptions extends ServingOptions {
  readonly config?: string;
  readonly set?: readonly string[];
  readonly output?: string;
  readonly maxItems?: number;
  readonly repo?: string;
  readonly runName?: string;
  readonly wandbRunName?: string;
  readonly ports?: readonly number[];
  readonly numReplicas?: number;
  readonly doContinue?: boolean | string;
  readonly embedRows?: boolean;
  readonly skipBadRows?: boolean;
  readonly autorun?: boolean;
  readonly replay?: readonly string[];
}

/** Adds the flags that make a configuration; the original's names are among them (`--max_items` = `--max-items`). */
export function withConfigOptions(command: Command): Command {
  command
    .option(
      '-c, --config <file>',
      'configuration file, s3://… as well (bench get-config writes a documented one)',
    )
    .option('-s, --set <key=value>', 'set any key, e.g. --set inference.max_iter=3; repeatable', collect, [])
    .option('-o, --output <folder>', "where the runs' folders are made (paths.output_folder)")
    .option('--max-items <n>', 'rows at most, -1 = all (data.max_items)', toInteger)
    .option('--repo <name>', 'the repository (repository)')
    .option('--run-name <name>', "stands in front of the runs' names (run_name)")
    .option('--ports <list>', 'ports of running vLLM servers, e.g. 8000,8001 (inference.ports)', toIntegers)
    .option('--num-replicas <n>', 'repeat every run so many times (suite.replicas)', toInteger)
    .option('--embed-rows', 'put the whole dataset row into each line of the results (results.embed_rows)')
    .option(
      '--replay <folder>',
      'take answers of this run, or of the runs in this folder, where the request is exactly the same; repeatable (inference.replay)',
      collect,
    )
    .option('--skip-bad-rows', 'name broken rows and leave them out (data.skip_bad_rows)');
  const originals = [
    new Option('--wandb-run-name <name>').conflicts('runName'),
    new Option('--do-continue [folder]'),
  ];
  for (const option of originals) command.addOption(option.hideHelp());
  return withServingOptions(command).option(
    '--autorun',
    'start vLLM servers for the run, and stop them after it',
  );
}

/** The configuration that the flags ask for, checked. */
export async function configFromOptions(options: ConfigOptions): Promise<LoadedConfig> {
  const [{ openConfig }, { parseSetFlag }, { ConfigError }] = await Promise.all([
    import('../config/loadConfig.ts'),
    import('../config/overrides.ts'),
    import('../core/errors.ts'),
  ]);
  if (options.config === undefined && (options.set ?? []).length === 0) {
    throw new ConfigError(
      'Expected --config FILE (or --set key=value), found neither.\n' +
        'bench get-config writes a documented config.yaml to start from.',
    );
  }
  const overrides = [
    ...flagOverrides(options),
    ...(await replayOverrides(options)),
    ...(options.set ?? []).map(parseSetFlag),
  ];
  return openConfig({ path: options.config, overrides });
}

/** The suite that the flags ask for; throws ConfigError for what cannot run. */
export async function suiteFromOptions(options: ConfigOptions): Promise<SuiteRequest> {
  const { resolveSuite } = await import('../config/resolveSuite.ts');
  const suite = resolveSuite(await configFromOptions(options));
  return { ...suite, notices: [...suite.notices, ...flagNotices(options)] };
}

function flagOverrides(options: ConfigOptions): Override[] {
  const entries: [key: string, value: unknown, flag: string][] = [
    ['paths.output_folder', options.output, '--output'],
    ['data.max_items', options.maxItems, '--max-items'],
    ['repository', options.repo, '--repo'],
    ['run_name', options.runName ?? options.wandbRunName, '--run-name'],
    ['inference.ports', portsOf(options), options.ports === undefined ? '--base-port' : '--ports'],
    ['suite.replicas', options.numReplicas, '--num-replicas'],
    ['results.embed_rows', options.embedRows, '--embed-rows'],
    ['data.skip_bad_rows', options.skipBadRows, '--skip-bad-rows'],
  ];
  return entries.flatMap(([key, value, flag]) => (value === undefined ? [] : [{ key, value, flag }]));
}

async function replayOverrides({ replay }: ConfigOptions): Promise<Override[]> {
  if (replay === undefined) return [];
  const { findRunFolders } = await import('./openRunFolder.ts');
  const value = (await Promise.all(replay.map(findRunFolders))).flat();
  return [{ key: 'inference.replay', value, flag: '--replay' }];
}

/** One server per GPU, as the original starts them: base port, base port + 1, … */
function portsOf({ ports, basePort, gpuIds }: ConfigOptions): readonly number[] | undefined {
  if (ports !== undefined) return ports;
  if (basePort === undefined && gpuIds === undefined) return undefined;
  return (gpuIds ?? ['0']).map((_, index) => (basePort ?? 3117) + index);
}

function flagNotices(options: ConfigOptions): string[] {
  const { doContinue, autorun, waitTime, vllmLogDir, verboseVllm } = options;
  const starting = { '--wait_time': waitTime, '--vllm_log_dir': vllmLogDir, '--verbose_vllm': verboseVllm };
  const idle = autorun === true ? [] : Object.entries(starting).filter(([, value]) => value !== undefined);
  return [
    ...(doContinue === undefined
      ? []
      : ['--do_continue: not needed; submitting a run again always goes on where it stopped.']),
    ...idle.map(([flag]) => `${flag}: no effect without --autorun.`),
  ];
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
