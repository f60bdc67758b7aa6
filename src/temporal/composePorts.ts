import { availableParallelism } from 'node:os';
import type { Ports, SandboxNeed } from '../../activities/ports.ts';
import { ConfigError } from '../core/errors.ts';
import { createTasks } from '../core/tasks/index.ts';
import { openEnvironment, planBuild } from '../environments/index.ts';
import { createModel, explainModelGap } from '../models/index.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import { loadPythonParser } from '../python/pythonParser.ts';
import { chooseLocalProvider, createSandbox, findRemoteEnvironment } from '../sandbox/index.ts';
import { openStore } from '../storage/index.ts';

/** The one place where ports meet their adapters. */
export async function composePorts(): Promise<Ports & { close: () => Promise<void> }> {
  const sandboxes = new Map<string, Sandbox>();
  const sandboxFor = ({ grading, remote, warmMemoryBytes }: SandboxNeed): Sandbox => {
    const { provider, docker } = grading;
    const key = JSON.stringify([provider, docker, remote, warmMemoryBytes]);
    const known = sandboxes.get(key);
    if (known !== undefined) return known;
    if (provider === 'none') {
      throw new ConfigError(
        'sandbox_provider none grades nothing: it exists for benchmarks only. Set local.',
      );
    }
    const sandbox = createSandbox(provider, {
      slots: availableParallelism(),
      warmMemoryBytes,
      docker: docker ?? undefined,
      remote,
    });
    sandboxes.set(key, sandbox);
    return sandbox;
  };
  return {
    openStore,
    createModel: (spec) => createModel(spec, process.env),
    explainModelGap: (spec) => explainModelGap(spec, process.env),
    sandboxFor,
    chooseLocalProvider,
    openEnvironment: (nameOrDigest, request) =>
      request?.remote === undefined
        ? openEnvironment(nameOrDigest)
        : findRemoteEnvironment({ remote: request.remote, repository: request.repository, nameOrDigest }),
    planBuild,
    tasks: createTasks(await loadPythonParser()),
    close: async () => {
      await Promise.all([...sandboxes.values()].map((sandbox) => sandbox.close()));
    },
  };
}
