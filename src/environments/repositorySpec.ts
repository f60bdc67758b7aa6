import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../core/errors.ts';
import { resourcesFolder } from './benchHome.ts';

/** A relative path that stays inside the source tree. */
const treePath = z
  .string()
  .min(1)
  .refine(
    (path) => !path.startsWith('/') && !path.split('/').includes('..'),
    'must stay inside the source tree',
  );

const minorVersion = z.string().regex(/^3\.\d+$/, 'must be a minor version such as "3.11", in quotes');

const specSchema = z.strictObject({
  schema: z.literal(1),
  name: z.string().regex(/^[a-z][a-z0-9_-]*$/),
  title: z.string(),
  source: z.strictObject({
    package: z.string().regex(/^[A-Za-z0-9._-]+$/),
    version: z.string().regex(/^[A-Za-z0-9._+!-]+$/),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    licenses: z.array(treePath),
    leave_out: z.array(treePath),
  }),
  python: z.strictObject({ prefer: z.array(minorVersion).min(1) }),
  requirements: z.string().min(1),
  targets: z.array(treePath).min(1),
  import_paths: z.array(z.string().min(1)).min(1),
  check_module: z.string().min(1),
  adapter: z.strictObject({
    name: z.string().regex(/^[a-z_]+$/),
    version: z.int().positive(),
    options: z.record(z.string(), z.unknown()),
  }),
});

/** A repository as its YAML file describes it, with the text of its pinned requirements. */
export interface RepositorySpec extends z.infer<typeof specSchema> {
  readonly path: string;
  readonly requirementsText: string;
}

/** Reads `resources/repositories/<name>.yaml`, or the file when a path is given. */
export async function readRepositorySpec(nameOrPath: string): Promise<RepositorySpec> {
  const path = /[/.]/.test(nameOrPath)
    ? resolve(nameOrPath)
    : join(resourcesFolder(), 'repositories', `${nameOrPath}.yaml`);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(
      `Expected a repository description at ${path}, found none. Known names: see resources/repositories/.`,
      {
        cause,
      },
    );
  });
  const checked = specSchema.safeParse(parseYaml(text, path));
  if (!checked.success) throw new ConfigError(`${path}: ${z.prettifyError(checked.error)}`);
  const requirements = join(dirname(path), checked.data.requirements);
  const requirementsText = await readFile(requirements, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(`${path}: \`requirements\` names ${requirements}, which cannot be read.`, {
      cause,
    });
  });
  return { ...checked.data, path, requirementsText };
}

function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new ConfigError(`${path} is not YAML: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
