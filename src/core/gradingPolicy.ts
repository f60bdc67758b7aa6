import type { DockerLimits, GradingPolicy, RunSandboxName } from './run.ts';

/**
 * The policy of a run whose provider is known: what the user wrote under `docker` wins over the common limits there,
 * and says nothing elsewhere.
 */
export function settleGrading(asked: GradingPolicy, provider: RunSandboxName): GradingPolicy {
  if (provider !== 'docker') return { ...asked, provider, docker: null };
  return { ...asked, provider, memoryBytes: asked.docker?.memoryBytes ?? asked.memoryBytes };
}

/** Cores of one container: the share that quota and period give, one where neither was written. */
export function coresOf(docker: DockerLimits | null): number {
  if (docker === null || (docker.cpuQuota === null && docker.cpuPeriod === null)) return 1;
  const period = docker.cpuPeriod ?? defaultPeriod;
  return (docker.cpuQuota ?? period) / period;
}

/** Docker's own, in microseconds. */
const defaultPeriod = 100_000;
