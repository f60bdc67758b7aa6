import type { LoadedConfig } from '../config/loadConfig.ts';
import { slug } from '../config/runNames.ts';
import { digestOf } from '../core/digest.ts';
import { ConfigError } from '../core/errors.ts';
import { environmentOf, type ContainerEnvironment } from './environmentOf.ts';
import { gpuCount, type KubernetesFile } from './kubernetesFile.ts';
import { mergeOver, ownLabels, partLabel, type Labels, type Manifest } from './manifest.ts';
import { homeVariables, podSpec, resourcesOf } from './pod.ts';
import { plainSecurity, sandboxSecurity } from './podSecurity.ts';
import { tokenSecret } from './sandboxManifests.ts';

/** One finite run: the two files, the configuration's text, and the image that works. */
export interface RunOnKubernetes {
  readonly config: LoadedConfig;
  readonly configText: string;
  readonly file: KubernetesFile;
  readonly image: string;
  /** Of the Job; one is made from what the files say where it is not given. */
  readonly name?: string | undefined;
}

/** Longer names leave no room for what Kubernetes puts behind a Job's name. */
const longestName = 52;
/** Where there is one. */
const sandboxToken = {
  name: 'SANDBOX_TOKEN',
  valueFrom: { secretKeyRef: { ...tokenSecret, optional: true } },
};
const defaultConfigPath = '/etc/triathlon/config.yaml';

/** The objects of a run: the configuration, its keys, the Job, and that nobody reaches its pod. */
export function runManifests(run: RunOnKubernetes): {
  readonly name: string;
  readonly manifests: readonly Manifest[];
} {
  refuseLocalPaths(run);
  const name = run.name ?? nameOf(run);
  const labels = { ...ownLabels, [partLabel]: name };
  const { namespace } = run.file;
  const metadata = { name, labels, ...(namespace && { namespace }) };
  const environment = environmentOf(run.file, { name, labels });
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.yaml': run.configText } };
  const spec = jobSpec({ ...run, name }, environment, labels);
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec };
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: { podSelector: { matchLabels: { [partLabel]: name } }, policyTypes: ['Ingress'] },
  };
  const whole = { ...job, ...asMapping(mergeOver(job, run.file.job_template)) };
  const secrets = environment.secret === null ? [] : [environment.secret];
  return { name, manifests: [config, ...secrets, policy, whole] };
}

function jobSpec(run: RunOnKubernetes, environment: ContainerEnvironment, labels: Labels): unknown {
  return {
    // A run that is begun again goes on from its bucket.
    backoffLimit: 6,
    ttlSecondsAfterFinished: 7 * 24 * 3600,
    podFailurePolicy: {
      rules: [
        // 2: the user must change something, so the next attempt would end the same way.
        { action: 'FailJob', onExitCodes: { containerName: 'bench', operator: 'In', values: [2] } },
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      ],
    },
    template: { metadata: { labels }, spec: runPod(run, environment) },
  };
}

function runPod(run: RunOnKubernetes, { env, envFrom }: ContainerEnvironment): unknown {
  const { config, file, image } = run;
  const isSandbox = config.values.inference.sandbox_provider !== 'restapi';
  const { command, configPath } = commandOf(file);
  // Where candidates run elsewhere, no sandbox has to work in the pod.
  const needs = isSandbox ? '' : ' --only python,temporal';
  const container = {
    name: 'bench',
    image,
    command: ['/bin/sh', '-c', `cd /triathlon && node setup/setup.js${needs} && ${command}`],
    env: [
      ...homeVariables,
      { name: 'BENCH_CONFIG', value: configPath },
      ...(isSandbox || 'SANDBOX_TOKEN' in file.env ? [] : [sandboxToken]),
      ...env,
    ],
    envFrom,
    resources: resourcesOf(file, gpuCount(file)),
  };
  const pod = podSpec({
    container,
    security: isSandbox ? sandboxSecurity : plainSecurity,
    diskSize: file.tmp_disk_size,
    needsSharedMemory: gpuCount(file) > 0,
    serviceAccount: file.service_account,
    volumes: [{ name: 'config', configMap: { name: run.name } }],
    mounts: [{ name: 'config', mountPath: configPath, subPath: 'config.yaml', readOnly: true }],
  });
  return { restartPolicy: 'Never', terminationGracePeriodSeconds: 120, ...asMapping(pod) };
}

/** The shell line, and where it looks for the configuration: a `--config` of the line's own is put there. */
function commandOf(file: KubernetesFile): { readonly command: string; readonly configPath: string } {
  if (file.command == null) {
    const gpus = Array.from({ length: gpuCount(file) }, (_, index) => index).join(',');
    const autorun = gpus === '' ? '' : ` --autorun --gpu_ids=${gpus}`;
    return { command: `exec bench run --config="$BENCH_CONFIG"${autorun}`, configPath: defaultConfigPath };
  }
  const named = /--config[= ]['"]?([^\s'"]+)/.exec(file.command)?.[1];
  if (named === undefined || named.startsWith('$'))
    return { command: withBench(file.command), configPath: defaultConfigPath };
  if (named.startsWith('/')) return { command: withBench(file.command), configPath: named };
  throw new ConfigError(
    `command: --config must name an absolute path, where the configuration is then mounted; found ${named}.\n` +
      `Write --config=${defaultConfigPath}, or --config="$BENCH_CONFIG".`,
  );
}

/** The original's commands are ours, under `bench`. */
function withBench(command: string): string {
  return command.trim().replace(/^(run-multiturn|serve-vllm|kill-vllm)\b/, 'bench $1');
}

/** What lies on this machine is not in the pod; what a volume of the template brings may be. */
function refuseLocalPaths({ config, file }: RunOnKubernetes): void {
  const { paths, inference } = config.values;
  if (!paths.output_folder.startsWith('s3://'))
    throw new ConfigError(
      `paths.output_folder is ${paths.output_folder}; a pod's disk ends with the pod.\n` +
        'Set it to s3://bucket/prefix: a run that is begun again goes on from there.',
    );
  const adapters = inference.lora_ckpts_dir;
  if (adapters !== null && Object.keys(file.job_template).length === 0)
    throw new ConfigError(
      `inference.lora_ckpts_dir is ${adapters}, which is not in the pod.\n` +
        'Put it on a volume that the pod mounts, and say so in job_template (docs/kubernetes.md has an example).',
    );
}

function nameOf({ config, configText, file, image }: RunOnKubernetes): string {
  const readable = slug(config.name ?? 'run', 30)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-');
  const digest = digestOf({ configText, file, image }).slice(0, 8);
  return `triathlon-${readable}-${digest}`.replaceAll(/-+/g, '-').slice(0, longestName);
}

function asMapping(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
