import type { Sandbox } from '../../ports/sandbox.ts';
import { createSlots } from '../slots.ts';
import { createDockerLauncher } from './dockerLauncher.ts';
import { checkEngine, connectEngine } from './engine.ts';
import { reapContainers } from './reaper.ts';
import { runOnce } from './runOnce.ts';
import type { DockerSettings } from './settings.ts';

export interface DockerOptions {
  /** Candidates graded at a time: the number of the engine's cores is right. */
  readonly slots: number;
  readonly docker?: DockerSettings;
}

/** A fresh process in a fresh container for each candidate, on the engine that DOCKER_HOST names, else this machine's. */
export function createDockerSandbox(options: DockerOptions): Sandbox {
  const slots = createSlots(options.slots);
  const closing = new AbortController();
  const engine = connectEngine();
  const launcher = createDockerLauncher(engine, options.docker ?? {});
  let swept: Promise<unknown> | undefined;
  return {
    check: () => checkEngine(engine),
    async prepare(environment) {
      await checkEngine(engine);
      await (swept ??= reapContainers(engine));
      await launcher.prepare(environment);
    },
    run(request, signal) {
      const either = AbortSignal.any([signal, closing.signal]);
      return slots.use(either, () => runOnce(launcher, request, either));
    },
    close() {
      closing.abort(new Error('the sandbox was closed'));
      return Promise.resolve();
    },
  };
}
