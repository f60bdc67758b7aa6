import type { RunRequest } from '../core/run.ts';
import { differsFromDefault } from './configPaths.ts';
import type { LoadedConfig } from './loadConfig.ts';

/** What the user should know before a suite runs, one line each. */
export function noticesOf(config: LoadedConfig, runs: readonly RunRequest[]): string[] {
  return [
    ...(runs.some(repeatsItself) ? [repeatNotice] : []),
    ...wandbNotices(config, runs),
    ...sandboxNotices(config),
    ...effectless
      .filter(([key]) => differsFromDefault(config, key))
      .map(([key, why]) => `${key}: no effect; ${why}.`),
  ];
}

const repeatNotice =
  'Several samples at temperature 0 (or without a temperature): they will mostly repeat each other.';
/** That figures leave this machine, and where to; or that they were asked for and do not. */
function wandbNotices(config: LoadedConfig, runs: readonly RunRequest[]): string[] {
  const settings = runs[0]?.wandb;
  if (settings?.mode === 'online') {
    return [
      `wandb: figures are sent to ${settings.baseUrl}, project ${settings.project} (WANDB_MODE=disabled sends none).`,
    ];
  }
  if (settings?.mode === 'offline')
    return ["wandb: figures are kept in the run's folder; bench wandb sync sends them."];
  const isAsked = ['wandb.project_name', 'wandb.run_name'].some((key) => differsFromDefault(config, key));
  return isAsked ? ['wandb: nothing is sent; WANDB_API_KEY is not set, or WANDB_MODE is disabled.'] : [];
}

/** Settings that a file may hold and that change nothing here. */
const effectless: readonly (readonly [key: string, why: string])[] = [
  ['paths.local_dir', "what comes from s3:// is kept in the benchmark's own home"],
  ['inference.max_time_test_norm', 'enforcing it would change which items count'],
  ['inference.max_num_tests', 'the dataset names the tests that count'],
  ['inference.log_to_console', 'progress is on stderr and in the Web UI'],
  ['analysis', 'comparison plots are left to other tools'],
];

/** Settings of a sandbox that was not asked for. */
function sandboxNotices(config: LoadedConfig): string[] {
  const provider = config.values.inference.sandbox_provider;
  const mayBeDocker = provider === 'docker' || provider === 'local';
  const sections = [
    ...(mayBeDocker ? [] : (['docker', 'paths.docker_commands'] as const)),
    ...(provider === 'restapi' ? [] : (['inference_pars'] as const)),
  ];
  return sections
    .filter((section) => differsFromDefault(config, section))
    .map((section) => `${section}: no effect; inference.sandbox_provider is ${provider}.`);
}

/** Says that a set stands in for the published one, and why. */
export function standInNotice(why: string, path: string): string {
  const file = path.split(/[\\/]/).at(-1) ?? '';
  return (
    `NOTE: ${why.replace(/\.$/, '')}, so the shipped set ${file} STANDS IN for the published one ` +
    '(anonauthor/django_multi_task): other methods, other tests; do not compare these scores with published ones.'
  );
}

function repeatsItself({ policy, model }: RunRequest): boolean {
  if (model.provider === 'reference' || model.provider === 'stub' || model.provider === 'scripted')
    return false;
  const resamples = policy.samples > 1 || (policy.maxTurns > 1 && policy.noMultiturn);
  return resamples && (model.modelArguments['temperature'] ?? 0) === 0;
}
