import { environmentOf, type ContainerEnvironment } from './environmentOf.ts';
import type { KubernetesFile } from './kubernetesFile.ts';
import { ownLabels, partLabel, type Manifest } from './manifest.ts';
import { homeVariables, podSpec, resourcesOf } from './pod.ts';
import { sandboxSecurity } from './podSecurity.ts';

/** The name of the sandbox servers' objects, and of the Secret that holds their token. */
export const sandboxName = 'triathlon-sandbox';
export const tokenSecret = { name: 'triathlon-sandbox-token', key: 'token' } as const;
/** As resources/docker/sandbox.sh listens. */
const port = 8000;

/** Sandbox servers: how many, and whether the original's client, which knows no token, may ask them. */
export interface SandboxServers {
  readonly file: KubernetesFile;
  readonly image: string;
  readonly replicas: number;
  readonly repository: string;
  readonly openRunItem: boolean;
}

/** StatefulSet, Service, and that nobody but pods of ours reaches them. */
export function sandboxManifests(servers: SandboxServers): readonly Manifest[] {
  const labels = { ...ownLabels, [partLabel]: sandboxName };
  const { namespace } = servers.file;
  const metadata = { name: sandboxName, labels, ...(namespace && { namespace }) };
  const selector = { [partLabel]: sandboxName };
  const environment = environmentOf(servers.file, { name: sandboxName, labels });
  const pods = {
    apiVersion: 'apps/v1',
    // Each server has a name of its own: the client asks every one how busy it is.
    kind: 'StatefulSet',
    metadata,
    spec: {
      serviceName: sandboxName,
      podManagementPolicy: 'Parallel',
      replicas: servers.replicas,
      selector: { matchLabels: selector },
      template: { metadata: { labels }, spec: sandboxPod(servers, environment) },
    },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { clusterIP: 'None', selector, ports: [{ name: 'http', port, targetPort: port }] },
  };
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: ownLabels } }], ports: [{ port }] }],
    },
  };
  return [...(environment.secret === null ? [] : [environment.secret]), service, policy, pods];
}

/** SANDBOX_URL for pods of the same namespace. */
export function sandboxAddresses(replicas: number): string {
  const host = (index: number): string => `${sandboxName}-${index}.${sandboxName}:${port}`;
  return Array.from({ length: replicas }, (_, index) => host(index)).join(',');
}

function sandboxPod(servers: SandboxServers, { env, envFrom }: ContainerEnvironment): unknown {
  const { file, image } = servers;
  const container = {
    name: 'sandbox',
    image,
    command: ['/triathlon/resources/docker/sandbox.sh', ...serveOptions(servers)],
    env: [...homeVariables, { name: 'SANDBOX_TOKEN', valueFrom: { secretKeyRef: tokenSecret } }, ...env],
    envFrom,
    ports: [{ name: 'http', containerPort: port }],
    resources: resourcesOf(file, 0),
    ...probes,
  };
  const { tmp_disk_size: diskSize, service_account: serviceAccount } = file;
  const pod = podSpec({ container, security: sandboxSecurity, diskSize, serviceAccount });
  return { terminationGracePeriodSeconds: 60, ...pod };
}

function serveOptions({ repository, openRunItem }: SandboxServers): string[] {
  return ['--repository', repository, ...(openRunItem ? ['--open-run-item'] : [])];
}

const healthz = { httpGet: { path: '/healthz', port } };
const probes = {
  // The repository under test is made ready first: half an hour at most.
  startupProbe: { ...healthz, periodSeconds: 10, failureThreshold: 180 },
  readinessProbe: { ...healthz, periodSeconds: 10 },
  livenessProbe: { ...healthz, periodSeconds: 20, failureThreshold: 6, timeoutSeconds: 10 },
};
