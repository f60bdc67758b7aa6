import { ConfigError } from '../core/errors.ts';
import type { DockerSettings, RemoteAccess } from '../core/run.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import { createBubblewrapSandbox } from './bubblewrap/bubblewrapSandbox.ts';
import { createDockerSandbox } from './docker/index.ts';
import { createRestapiSandbox } from './restapi/restapiSandbox.ts';

export { createBubblewrapSandbox } from './bubblewrap/bubblewrapSandbox.ts';
export { chooseLocalProvider } from './localProvider.ts';
export { createDockerSandbox, dockerAnswers } from './docker/index.ts';
export { findRemoteEnvironment, remoteEnvironment } from './restapi/remoteEnvironment.ts';
export { createRestapiSandbox } from './restapi/restapiSandbox.ts';
export { runnerDigest } from './runner/runnerFolder.ts';
export { builderLimits, listTests, recordCoverage, runTests, type CoverageRecord } from './testTools.ts';

export interface SandboxOptions {
  /** Candidates graded at a time. */
  readonly slots: number;
  /** Memory of booted targets that each slot keeps, at most; 512 MiB where nothing is said. */
  readonly warmMemoryBytes?: number | undefined;
  /** How the servers of `restapi` are asked. */
  readonly remote?: RemoteAccess | undefined;
  /** Of the Docker provider only: what the user wrote for it. */
  readonly docker?: DockerSettings | undefined;
}

export type SandboxProviders = Readonly<Record<string, (options: SandboxOptions) => Sandbox>>;

/** The providers a configuration can name. */
export const sandboxProviders: SandboxProviders = {
  bubblewrap: createBubblewrapSandbox,
  docker: createDockerSandbox,
  restapi: createRestapiSandbox,
};

/** Makes the sandbox of a provider; callers may add providers of their own (the orchestration benchmark does). */
export function createSandbox(
  provider: string,
  options: SandboxOptions,
  providers: SandboxProviders = sandboxProviders,
): Sandbox {
  const create = Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  if (!create) {
    const there = Object.keys(providers).join(', ');
    throw new ConfigError(`Expected a sandbox provider that is there (${there}), found "${provider}".`);
  }
  return create(options);
}
