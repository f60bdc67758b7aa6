import type { Sandbox } from '../../ports/sandbox.ts';
import { createLaneSandbox } from '../lanes/laneSandbox.ts';
import { createDockerLauncher } from './dockerLauncher.ts';
import { checkEngine, connectEngine } from './engine.ts';
import { reapAfterDeath, reapContainers } from './reaper.ts';
import type { DockerSettings } from './settings.ts';

export interface DockerOptions {
  /** Candidates graded at a time: the number of the engine's cores is right. */
  readonly slots: number;
  readonly warmMemoryBytes?: number | undefined;
  readonly docker?: DockerSettings;
}

/** Candidates in containers, in all three lanes, on the engine that DOCKER_HOST names, else this machine's. */
export function createDockerSandbox({ slots, warmMemoryBytes, docker = {} }: DockerOptions): Sandbox {
  const engine = connectEngine();
  const launcher = createDockerLauncher(engine, docker, warmMemoryBytes);
  const check = (): Promise<void> => checkEngine(engine);
  const lanes = createLaneSandbox({ launcher, check, slots, warmBytes: warmMemoryBytes });
  let swept: Promise<unknown> | undefined;
  let callOff: (() => void) | undefined;
  return {
    ...lanes,
    run(request, signal) {
      callOff ??= reapAfterDeath();
      return lanes.run(request, signal);
    },
    async close() {
      await lanes.close();
      callOff?.();
    },
    async prepare(environment) {
      await checkEngine(engine);
      await (swept ??= reapContainers(engine));
      await launcher.prepare(environment);
    },
  };
}
