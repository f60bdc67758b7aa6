import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { configErrorOf } from '../config/explainIssues.ts';
import type { Layer } from '../config/layers.ts';
import { isMapping } from '../config/layers.ts';
import { isYamlPath } from '../config/resources.ts';
import { nearest } from '../config/nearestKey.ts';
import { parseYaml } from '../config/yamlText.ts';
import { ConfigError } from '../core/errors.ts';
import { resourcesFolder } from './resourcesFolder.ts';
import { repositoryKeys, repositorySchema, type RepositoryDescription } from './repositorySchema.ts';

/** A repository as its YAML file describes it, with the texts of its pinned requirements. */
export interface RepositorySpec extends RepositoryDescription {
  readonly path: string;
  readonly requirementsText: string;
  readonly buildRequirementsText: string | null;
}

/** Reads `resources/repositories/<name>.yaml`, or the file when a path is given. */
export async function readRepositorySpec(nameOrPath: string): Promise<RepositorySpec> {
  const path = specPath(nameOrPath);
  const description = await readDescription(path);
  const { requirements, build } = description;
  const read = (key: string, file: string): Promise<string> => readBeside(path, { key, file });
  return {
    ...description,
    path,
    requirementsText: requirements === undefined ? '' : await read('requirements', requirements),
    buildRequirementsText: build === undefined ? null : await read('build.requirements', build.requirements),
  };
}

/** The same without the files that it names: those may be about to be written. */
export async function readDescription(path: string): Promise<RepositoryDescription> {
  const text = await readFile(path, 'utf8').catch(async (cause: unknown) => {
    const names = (await shippedNames('repositories', '.yaml')).join(', ');
    const expected = `Expected a repository description at ${path}, found none.`;
    throw new ConfigError(`${expected}\nShipped ones: ${names}. One of your own: docs/repositories.md.`, {
      cause,
    });
  });
  const { value, lines } = parseYaml(text, path);
  if (!isMapping(value)) {
    throw new ConfigError(`${path}: expected the keys of docs/repositories.md, found none.`);
  }
  const places = [...lines].map(
    ([key, line]) => [key, { place: `${path}:${line}`, folder: dirname(path) }] as const,
  );
  const written: Layer = { values: value, origins: new Map(places) };
  const checked = repositorySchema.safeParse(value);
  if (!checked.success) throw configErrorOf(checked.error.issues, written, repositoryKeys);
  await checkAdapter(checked.data, path);
  return checked.data;
}

/** The file of a shipped repository's name, or the path as it is. */
export function specPath(nameOrPath: string): string {
  return isYamlPath(nameOrPath)
    ? resolve(nameOrPath)
    : join(resourcesFolder(), 'repositories', `${nameOrPath}.yaml`);
}

async function checkAdapter({ adapter }: RepositoryDescription, path: string): Promise<void> {
  const names = (await shippedNames('runner/adapters', '.py')).filter((name) => name !== '__init__');
  if (names.includes(adapter.name)) return;
  const near = nearest(adapter.name, names);
  const hint = near === null ? '' : ` Did you mean ${near}?`;
  throw new ConfigError(
    `${path}: adapter.name must be one of ${names.join(', ')}; found "${adapter.name}".${hint}`,
  );
}

async function shippedNames(folder: string, extension: string): Promise<string[]> {
  const names = await readdir(join(resourcesFolder(), folder));
  return names
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .sort();
}

async function readBeside(path: string, { key, file }: { key: string; file: string }): Promise<string> {
  const full = resolve(dirname(path), file);
  return readFile(full, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(
      `${path}: ${key} names ${full}, which cannot be read.\nWrite it from the pin list: bench env build ${path} --pin.`,
      { cause },
    );
  });
}
