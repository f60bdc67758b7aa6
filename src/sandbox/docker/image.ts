import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { ImageInspectInfo } from 'dockerode';
import { ConfigError, SandboxError } from '../../core/errors.ts';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import { pythonName } from '../bubblewrap/arguments.ts';
import { runnerFolder, runnerDigest } from '../runner/runnerFolder.ts';
import { packContext } from './buildContext.ts';
import { explainBuild } from './explainBuild.ts';
import { explainEngine, type EngineFault } from './engine.ts';
import type { DockerSettings } from './settings.ts';

const commandsMark = '# paths.docker_commands\n';
const labels = { environment: 'triathlon.environment', recipe: 'triathlon.recipe' } as const;

/** The id of an environment's image. Builds it when it is not there, or is of another runner or Dockerfile. */
export async function ensureImage(
  engine: Docker,
  environment: PreparedEnvironment,
  settings: DockerSettings,
): Promise<string> {
  const recipe = await recipeOf(environment, settings);
  const tag = imageTag(environment);
  const found = await inspect(engine, tag);
  if (found !== null) {
    checkOwner(found, tag, environment);
    if (found.Config.Labels?.[labels.recipe] === recipe.digest) return found.Id;
  }
  await build({ engine, environment, recipe, tag });
  const built = await inspect(engine, tag);
  if (built === null) throw new SandboxError(missingImage(environment));
  if (found !== null && found.Id !== built.Id) await discard(engine, found.Id);
  return built.Id;
}

/** `triathlon-django:de6d1c631ab5` */
export function imageTag(environment: PreparedEnvironment): string {
  const name = environment.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `triathlon-${name}:${environment.digest.replace('sha256:', '').slice(0, 12)}`;
}

/** What is said when the engine has lost an image. */
export function missingImage(environment: PreparedEnvironment): string {
  return (
    `Expected the image ${imageTag(environment)} on the Docker engine, found none: it was removed meanwhile.\n` +
    'The next candidate has it built again; what removes it (docker image prune?) should wait for the run.'
  );
}

interface Recipe {
  readonly dockerfile: string;
  readonly baseImage: string;
  /** Over all that the image is made of but the environment. */
  readonly digest: string;
}

async function recipeOf(environment: PreparedEnvironment, settings: DockerSettings): Promise<Recipe> {
  const path = join(import.meta.dirname, '..', '..', '..', 'resources', 'docker', 'Dockerfile');
  const text = await readFile(path, 'utf8');
  const dockerfile = text.replace(commandsMark, () => `${settings.commands ?? ''}\n`);
  const minor = pythonName(environment).slice('python'.length);
  const baseImage =
    settings.baseImage ?? (process.env['BENCH_BASE_IMAGE'] || `python:${minor}-slim-bookworm`);
  const digest = createHash('sha256')
    .update(JSON.stringify([dockerfile, baseImage, await runnerDigest()]))
    .digest('hex');
  return { dockerfile, baseImage, digest: `sha256:${digest}` };
}

async function build(work: {
  engine: Docker;
  environment: PreparedEnvironment;
  recipe: Recipe;
  tag: string;
}): Promise<void> {
  const { engine, environment, recipe, tag } = work;
  const runner = await runnerFolder(environment);
  const context = packContext({ environment, runner, dockerfile: recipe.dockerfile });
  const python = pythonName(environment);
  try {
    const output = await engine.buildImage(context, {
      t: tag,
      buildargs: { BASE_IMAGE: recipe.baseImage, PYTHON: python },
      labels: { [labels.environment]: environment.digest, [labels.recipe]: recipe.digest },
      forcerm: true,
    });
    await finished(engine, output);
  } catch (error) {
    throw explainBuild(error, { baseImage: recipe.baseImage, python, tag });
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

/** The image before this one; another worker may still use it. */
async function discard(engine: Docker, id: string): Promise<void> {
  await engine
    .getImage(id)
    .remove()
    .catch(() => undefined);
}
