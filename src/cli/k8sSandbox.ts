import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import { makeOrShow, readPlace, withPlace } from './k8sRun.ts';
import { toPositive } from './numbers.ts';

interface ServeOptions {
  readonly k8sConfigFile?: string;
  readonly image?: string;
  readonly namespace?: string;
  readonly dryRun?: boolean;
  readonly replicas: number;
  readonly repository: string;
  readonly openRunItem?: boolean;
}

/** `bench serve-restapi-k8s`: sandbox servers on Kubernetes. */
export function serveRestapiK8sCommand(): Command {
  return withPlace(
    new Command('serve-restapi-k8s').description(
      'Sandbox servers on Kubernetes; prints the SANDBOX_URL of their pods.',
    ),
  )
    .option('--replicas <n>', 'how many servers', toPositive, 1)
    .option('--repository <name>', 'the environment of /run_item', 'django')
    .option('--open-run-item', '/run_item needs no token: the original’s client knows none')
    .addHelpText(
      'after',
      '\nTheir bearer token is made once, in the Secret triathlon-sandbox-token; runs with restapi find it by themselves (docs/kubernetes.md).',
    )
    .action(serve);
}

/** `bench kill-restapi-k8s`: removes them. */
export function killRestapiK8sCommand(): Command {
  return new Command('kill-restapi-k8s')
    .description('Remove the sandbox servers that serve-restapi-k8s made; their token stays.')
    .option('-n, --namespace <name>', "another namespace than kubectl's own")
    .action(kill);
}

async function serve(options: ServeOptions): Promise<void> {
  const { sandboxAddresses, sandboxManifests } = await import('../kubernetes/index.ts');
  const { file, image } = await readPlace(options);
  const { replicas, repository, openRunItem = false } = options;
  if (options.dryRun !== true) await keepToken(file.namespace);
  await makeOrShow(sandboxManifests({ file, image, replicas, repository, openRunItem }), options);
  if (options.dryRun !== true) process.stdout.write(`SANDBOX_URL=${sandboxAddresses(replicas)}\n`);
}

async function kill({ namespace }: { readonly namespace?: string }): Promise<void> {
  const { deletePart, sandboxName } = await import('../kubernetes/index.ts');
  process.stdout.write(await deletePart(sandboxName, namespace));
}

/** A token that is there stays: runs that use it go on. */
async function keepToken(namespace: string | null | undefined): Promise<void> {
  const { applyManifests, inNamespace, kubectl, ownLabels, tokenSecret } =
    await import('../kubernetes/index.ts');
  const { name, key } = tokenSecret;
  const found = await kubectl([
    'get',
    'secret',
    name,
    '--ignore-not-found',
    '--output=name',
    ...inNamespace(namespace),
  ]);
  if (found.trim() !== '') return;
  const metadata = { name, labels: ownLabels, ...(namespace && { namespace }) };
  const token = randomBytes(24).toString('base64url');
  await applyManifests([{ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { [key]: token } }]);
}
