import type { KubernetesFile } from './kubernetesFile.ts';
import type { PodSecurity } from './podSecurity.ts';

/** A pod of one container with room to write: everything else of it is read-only. */
export interface PodParts {
  readonly container: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly security: PodSecurity;
  /** Of /tmp and of what is built and downloaded, each. */
  readonly diskSize: string;
  /** Processes of one model server share memory there: wanted where there are GPUs. */
  readonly needsSharedMemory?: boolean;
  readonly serviceAccount?: string | null | undefined;
  readonly volumes?: readonly unknown[];
  readonly mounts?: readonly unknown[];
}

/** The `spec` of a pod. */
export function podSpec(parts: PodParts): Record<string, unknown> {
  const shared = parts.needsSharedMemory === true;
  const temporary = [
    { name: 'tmp', emptyDir: { sizeLimit: parts.diskSize } },
    { name: 'home', emptyDir: { sizeLimit: parts.diskSize } },
    ...(shared ? [{ name: 'shared-memory', emptyDir: { medium: 'Memory' } }] : []),
  ];
  const mounts = [
    { name: 'tmp', mountPath: '/tmp' },
    { name: 'home', mountPath: '/var/lib/triathlon' },
    ...(shared ? [{ name: 'shared-memory', mountPath: '/dev/shm' }] : []),
  ];
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...(parts.serviceAccount && { serviceAccountName: parts.serviceAccount }),
    ...parts.security.pod,
    containers: [
      {
        ...parts.container,
        ...parts.security.container,
        volumeMounts: [...mounts, ...(parts.mounts ?? [])],
      },
    ],
    volumes: [...temporary, ...(parts.volumes ?? [])],
  };
}

/** Variables that our image works by; /var/lib/triathlon is a volume of its own. */
export const homeVariables = [
  { name: 'BENCH_HOME', value: '/var/lib/triathlon' },
  { name: 'HOME', value: '/var/lib/triathlon' },
];

/** What a container asks for and may take at most. */
export function resourcesOf(file: KubernetesFile, gpus: number): unknown {
  const gpu = gpus === 0 ? {} : { 'nvidia.com/gpu': String(gpus) };
  const disk = { 'ephemeral-storage': file.tmp_disk_size };
  return {
    requests: { cpu: file.cpu_requests, memory: file.memory_requests, ...disk, ...gpu },
    limits: { cpu: file.cpu_limits, memory: file.memory_limits, ...gpu },
  };
}
