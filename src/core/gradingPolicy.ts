import type { GradingPolicy, RunSandboxName } from './run.ts';

/**
 * The policy of a run whose provider is known: what the user wrote for Docker wins over the common limits there, and
 * says nothing elsewhere.
 */
export function settleGrading(asked: GradingPolicy, provider: RunSandboxName): GradingPolicy {
  if (provider !== 'docker') return { ...asked, provider, docker: null };
  return { ...asked, provider, memoryBytes: asked.docker?.memoryBytes ?? asked.memoryBytes };
}
