import { Command } from 'commander';
import type { KubernetesFile, Manifest } from '../kubernetes/index.ts';

interface PlaceOptions {
  readonly k8sConfigFile?: string;
  readonly image?: string;
  readonly namespace?: string;
  readonly dryRun?: boolean;
}

interface RunOptions extends PlaceOptions {
  readonly config: string;
  readonly name?: string;
}

/** `run-multiturn-k8s`, the original's name for `bench k8s run`. */
export function runMultiturnK8sCommand(): Command {
  return runK8sOptions(new Command('run-multiturn-k8s').description('start a run as a Job on Kubernetes'));
}

/** Flags and action of `bench k8s run`. */
export function runK8sOptions(command: Command): Command {
  return withPlace(
    command.requiredOption('-c, --config <file>', "the run's configuration; results must go to s3://"),
  )
    .option('--name <name>', "the Job's name; one is made from what the files say")
    .addHelpText('after', examples)
    .action(runOnKubernetes);
}

/** Flags of every command that makes objects. */
export function withPlace(command: Command): Command {
  return command
    .option(
      '--k8s-config-file <file>',
      "namespace, image, resources, env: the original's keys (docs/kubernetes.md)",
    )
    .option('--image <name>', 'image of this repository’s Dockerfile, where your cluster finds it')
    .option('-n, --namespace <name>', "another namespace than the file's or kubectl's own")
    .option('--dry-run', 'print the objects as YAML; no cluster is asked');
}

const examples = `
The same files give the same name: called again while the Job works, nothing changes; a Job that ended is removed with
bench k8s delete NAME, and a run that is begun again goes on from its bucket.

Examples:
  bench k8s run --config config.yaml --k8s-config-file config_k8s.yaml --dry-run
  bench run-multiturn-k8s --config config.yaml --k8s_config_file config_k8s.yaml`;

async function runOnKubernetes(options: RunOptions): Promise<void> {
  const [{ runManifests }, { loadConfig }, { readConfigText }] = await Promise.all([
    import('../kubernetes/index.ts'),
    import('../config/loadConfig.ts'),
    import('../config/configFile.ts'),
  ]);
  const { file, image } = await readPlace(options);
  const configText = await readConfigText(options.config, process.cwd());
  const config = loadConfig({ path: options.config, text: configText, environment: {} });
  const { name, manifests } = runManifests({ config, configText, file, image, name: options.name });
  await makeOrShow(manifests, options);
  if (options.dryRun === true) return;
  process.stdout.write(`${name}\n`);
  process.stderr.write(`bench k8s status shows it, bench k8s logs ${name} --follow what it says.\n`);
}

/** The file with the flags over it, and the image that both must name. */
export async function readPlace(
  options: PlaceOptions,
): Promise<{ readonly file: KubernetesFile; readonly image: string }> {
  const [{ readKubernetesFile }, { ConfigError }] = await Promise.all([
    import('../kubernetes/index.ts'),
    import('../core/errors.ts'),
  ]);
  const read = readKubernetesFile(options.k8sConfigFile);
  const file = { ...read, namespace: options.namespace ?? read.namespace };
  const image = options.image ?? file.image;
  if (image != null) return { file, image };
  throw new ConfigError(
    'Expected an image (--image, or image: in the Kubernetes file), found none.\n' +
      'Build this repository’s Dockerfile and push it to where your cluster finds it:\n' +
      '  docker build --tag REGISTRY/triathlon . && docker push REGISTRY/triathlon',
  );
}

/** Prints the objects, or makes them and says what became of each. */
export async function makeOrShow(manifests: readonly Manifest[], options: PlaceOptions): Promise<void> {
  const { applyManifests, showManifests } = await import('../kubernetes/index.ts');
  if (options.dryRun === true) process.stdout.write(showManifests(manifests));
  else process.stderr.write(await applyManifests(manifests));
}
