import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import type Docker from 'dockerode';
import { SandboxError } from '../../core/errors.ts';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import { inside, pythonName, sitePackages } from '../bubblewrap/arguments.ts';
import { usualWarmBytes } from '../lanes/container.ts';
import type { Container, ContainerSpec, Launcher, Wait } from '../lanes/container.ts';
import { startContainer } from './startContainer.ts';
import { explainEngine, type EngineFault } from './engine.ts';
import { hostConfigOf } from './hostConfig.ts';
import { ensureImage, imageTag, missingImage } from './image.ts';
import { workerLabels } from './reaper.ts';
import type { DockerSettings } from './settings.ts';

export interface DockerLauncher extends Launcher {
  /** Builds the environment's image when it is not there; remembered. */
  prepare(environment: PreparedEnvironment): Promise<string>;
}

/**
 * Starts containers on a Docker engine, which may be another machine's: everything goes through its API. `warmBytes`: what
 * a slot may keep ready beside its candidate.
 */
export function createDockerLauncher(
  engine: Docker,
  settings: DockerSettings,
  warmBytes: number = usualWarmBytes,
): DockerLauncher {
  const images = new Map<string, Promise<string>>();
  const prepare = (environment: PreparedEnvironment): Promise<string> => {
    const known = images.get(environment.digest);
    if (known) return known;
    const made = ensureImage(engine, environment, settings);
    images.set(environment.digest, made);
    made.catch(() => images.delete(environment.digest));
    return made;
  };
  return {
    provider: 'docker',
    flags: [],
    prepare,
    view: ({ environment, mode }) =>
      Promise.resolve({
        sourceRoot: inside.source,
        sitePackages: [sitePackages(environment, 'inside')],
        pythonHome,
        isolation: mode === 'once' ? 'whole' : 'users',
        ownUsers: true,
        seccomp: null,
      }),
    async launch(spec, wait) {
      const image = await prepare(spec.environment);
      const forgetImage = (): void => void images.delete(spec.environment.digest);
      return launch({ engine, settings, warmBytes, image, spec, forgetImage }, wait);
    },
  };
}

/** A link in the image to the base interpreter's prefix. */
const pythonHome = '/bench/python';

interface Launch {
  readonly engine: Docker;
  readonly settings: DockerSettings;
  readonly warmBytes: number;
  readonly image: string;
  readonly spec: ContainerSpec;
  /** The next container has it built again. */
  readonly forgetImage: () => void;
}

async function launch(
  { engine, settings, warmBytes, image, spec, forgetImage }: Launch,
  wait: Wait,
): Promise<Container> {
  const { environment, mode, overlays, limits } = spec;
  const folders = foldersInMemory(spec);
  if (spec.outputFolder !== undefined)
    throw new SandboxError('A container has no folder to write to: coverage is for bubblewrap.');
  const files = overlays.map(({ filePath, content }) => [posix.join(inside.source, filePath), content]);
  wait.signal.throwIfAborted();
  const created = await engine
    .createContainer({
      name: `triathlon-${randomUUID()}`,
      Image: image,
      Cmd: commandOf(environment, folders.length > 0),
      Env: variables,
      Hostname: 'bench',
      User: '0:0',
      WorkingDir: '/',
      Entrypoint: [],
      Labels: workerLabels(),
      ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true },
      HostConfig: hostConfigOf(settings, { mode, limits, warmBytes, inMemory: folders }),
    })
    .catch(async (error: EngineFault) => {
      if (error.statusCode === 404) {
        forgetImage();
        throw new SandboxError(missingImage(await imageTag(environment, settings)), {
          cause: error,
          retry: true,
        });
      }
      throw explainEngine(error, 'make a container as it must be');
    });
  return startContainer(created, {
    firstLine: folders.length > 0 ? `${JSON.stringify({ folders, files })}\n` : null,
    wait,
  });
}

/** Where candidates' files go: all of the source tree in a slot, else the folders of the given files; none is in another. */
function foldersInMemory({ mode, overlays }: ContainerSpec): string[] {
  if (mode === 'slot') return [inside.source];
  const unique = [
    ...new Set(overlays.map(({ filePath }) => posix.join(inside.source, posix.dirname(filePath)))),
  ];
  return unique.filter(
    (folder) => !unique.some((other) => other !== folder && folder.startsWith(`${other}/`)),
  );
}

function commandOf(environment: PreparedEnvironment, placesFiles: boolean): string[] {
  const before = placesFiles ? 'import place_files; place_files.main(); ' : '';
  const start = `import sys; sys.path[0] = '${inside.runner}'; ${before}import supervisor; supervisor.main()`;
  return [posix.join(inside.venv, 'bin', pythonName(environment)), '-s', '-S', '-c', start];
}

/** The same as in bubblewrap. */
const variables = [
  'PATH=/bench/venv/bin:/bin',
  'HOME=/tmp',
  'USER=bench',
  'LOGNAME=bench',
  'LANG=C.UTF-8',
  'LC_ALL=C.UTF-8',
  'PYTHONHASHSEED=0',
  'PYTHONDONTWRITEBYTECODE=1',
  'MALLOC_ARENA_MAX=2',
];
