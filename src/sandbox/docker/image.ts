import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { ImageInspectInfo } from 'dockerode';
import { shortDigest } from '../../core/digest.ts';
import { ConfigError, SandboxError } from '../../core/errors.ts';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import { pythonName } from '../bubblewrap/arguments.ts';
import { runnerFolder, runnerDigest } from '../runner/runnerFolder.ts';
import { packContext } from './buildContext.ts';
import { explainBuild } from './explainBuild.ts';
import { explainEngine, type EngineFault } from './engine.ts';
import type { DockerSettings } from './settings.ts';

const commandsMark = '# paths.docker_commands\n';
const labels = { environment: 'triathlon.environment', runner: 'triathlon.runner' } as const;

/** The id of an environment's image of these settings. Builds it when it is not there. */
export async function ensureImage(
  engine: Docker,
  environment: PreparedEnvironment,
  settings: DockerSettings,
): Promise<string> {
  const recipe = await recipeOf(environment, settings);
  const found = await inspect(engine, recipe.tag);
  if (found !== null) {
    checkOwner(found, recipe.tag, environment);
    return found.Id;
  }
  await build(engine, environment, recipe);
  const built = await inspect(engine, recipe.tag);
  if (built === null) throw new SandboxError(missingImage(recipe.tag));
  await discardOtherRunners(engine, environment, recipe);
  return built.Id;
}

/** `triathlon-django:de6d1c631ab5-0f3b99a2`: of the environment, and of all else that the image is made of. */
export async function imageTag(environment: PreparedEnvironment, settings: DockerSettings): Promise<string> {
  return (await recipeOf(environment, settings)).tag;
}

/** What is said when the engine has lost an image. */
export function missingImage(tag: string): string {
  return (
    `Expected the image ${tag} on the Docker engine, found none: it was removed meanwhile.\n` +
    'The next candidate has it built again; what removes it (docker image prune?) should wait for the run.'
  );
}

interface Recipe {
  readonly dockerfile: string;
  readonly baseImage: string;
  readonly runner: string;
  readonly tag: string;
}

async function recipeOf(environment: PreparedEnvironment, settings: DockerSettings): Promise<Recipe> {
  const path = join(import.meta.dirname, '..', '..', '..', 'resources', 'docker', 'Dockerfile');
  const text = await readFile(path, 'utf8');
  const dockerfile = text.replace(commandsMark, () => `${settings.commands ?? ''}\n`);
  const minor = pythonName(environment).slice('python'.length);
  const baseImage =
    settings.baseImage ?? (process.env['BENCH_BASE_IMAGE'] || `python:${minor}-slim-bookworm`);
  const runner = await runnerDigest();
  const name = environment.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const digest = environment.digest.replace('sha256:', '').slice(0, 12);
  const recipe = shortDigest([dockerfile, baseImage, runner]).slice(0, 8);
  return { dockerfile, baseImage, runner, tag: `triathlon-${name}:${digest}-${recipe}` };
}

async function build(engine: Docker, environment: PreparedEnvironment, recipe: Recipe): Promise<void> {
  const { dockerfile, baseImage, tag } = recipe;
  const runner = await runnerFolder(environment);
  const context = packContext({ environment, runner, dockerfile });
  const python = pythonName(environment);
  try {
    const output = await engine.buildImage(context, {
      t: tag,
      buildargs: { BASE_IMAGE: baseImage, PYTHON: python },
      labels: { [labels.environment]: environment.digest, [labels.runner]: recipe.runner },
      forcerm: true,
    });
    await finished(engine, output);
  } catch (error) {
    throw explainBuild(error, { baseImage, python, tag });
  }
}

/** The engine tells a failed build in its output only. */
function finished(engine: Docker, output: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.modem.followProgress(output, (error: Error | null, events: readonly { error?: string }[]) => {
      const failed = events.find((event) => event.error !== undefined);
      if (error !== null) reject(error);
      else if (failed !== undefined) reject(new Error(failed.error));
      else resolve();
    });
  });
}

async function inspect(engine: Docker, tag: string): Promise<ImageInspectInfo | null> {
  return engine
    .getImage(tag)
    .inspect()
    .catch((error: EngineFault) => {
      if (error.statusCode === 404) return null;
      throw explainEngine(error, `look for the image ${tag}`);
    });
}

function checkOwner(found: ImageInspectInfo, tag: string, environment: PreparedEnvironment): void {
  const holds = found.Config.Labels?.[labels.environment] ?? 'no environment of ours';
  if (holds === environment.digest) return;
  throw new ConfigError(
    `Expected the image ${tag} to hold the environment ${environment.digest}, found ${holds}.\n` +
      `Remove it (docker rmi ${tag}); the right one is then built.`,
  );
}

/** Images of the environment with another runner. The engine keeps those of containers; a worker of that version builds its own again. */
async function discardOtherRunners(
  engine: Docker,
  environment: PreparedEnvironment,
  { runner }: Recipe,
): Promise<void> {
  const filters = { label: [`${labels.environment}=${environment.digest}`] };
  const images = await engine.listImages({ filters }).catch(() => []);
  const others = images.filter((image) => image.Labels?.[labels.runner] !== runner);
  await Promise.allSettled(others.map(({ Id }) => engine.getImage(Id).remove()));
}
