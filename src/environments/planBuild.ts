import type { PreparedEnvironment } from '../ports/sandbox.ts';
import { buildEnvironment, type BuildRequest } from './buildEnvironment.ts';
import { pythonOfDigest } from './environmentDigest.ts';
import { readRepositorySpec } from './repositorySpec.ts';

export interface EnvironmentWanted {
  /** Name of a shipped repository, or path of a YAML file. */
  readonly repository: string;
  /** Undefined where any will do that the description makes. */
  readonly digest?: string | undefined;
}

export interface PlannedBuild {
  readonly title: string;
  readonly build: (how: Pick<BuildRequest, 'onProgress' | 'signal'>) => Promise<PreparedEnvironment>;
}

/**
 * What `bench env build` would do for an environment; null where the description here makes no such digest on any Python.
 * Throws ConfigError where there is no description.
 */
export async function planBuild({ repository, digest }: EnvironmentWanted): Promise<PlannedBuild | null> {
  const spec = await readRepositorySpec(repository);
  const pythonMinor = digest === undefined ? undefined : pythonOfDigest(spec, digest);
  if (pythonMinor === null) return null;
  return { title: spec.title, build: (how) => buildEnvironment({ ...how, repository: spec, pythonMinor }) };
}
