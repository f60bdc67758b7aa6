import { join, resolve } from 'node:path';
import type { BuildInput } from '../core/flow/builds.ts';
import { isYamlPath } from '../config/resources.ts';
import { ConfigError } from '../core/errors.ts';
import type { BuiltRecipe } from '../dataset/recipe.ts';
import { labelsPath, parseLabels, readLabelsFile } from '../dataset/recipe.ts';
import { benchHome } from '../../setup/home.js';
import { readDescription, specPath } from '../environments/index.ts';

/** Flags of `bench dataset build`; what is not said comes from the recipe, or is the usual value. */
export interface BuildFlags {
  readonly repository?: string;
  readonly output?: string;
  readonly labels?: string;
  readonly limit?: number;
  readonly seed?: string;
  readonly maxPerFile?: number;
  readonly descriptions?: 'own' | 'any';
  readonly longFiles?: boolean;
  readonly datasetVersion?: string;
  readonly slots: number;
  readonly json?: boolean;
  readonly submit?: boolean;
}

/** Flags over recipe over usual values. */
export async function settingsOf(flags: BuildFlags, recipe: BuiltRecipe | null): Promise<BuildInput> {
  const repository = flags.repository ?? recipe?.repository ?? 'django';
  const labels = await labelsOf(repository, flags, recipe);
  if (labels.length === 0) throw new ConfigError('Expected at least one label, found none.');
  return {
    repository: isYamlPath(repository) ? specPath(repository) : repository,
    labels,
    output: outputOf(flags, recipe?.name ?? null),
    limit: flags.limit === undefined ? (recipe ? recipe.rows : 120) : flags.limit || null,
    seed: flags.seed ?? recipe?.seed ?? '1',
    maxPerFile: flags.maxPerFile ?? (recipe ? recipe.max_per_file : 4),
    descriptions: flags.descriptions ?? recipe?.descriptions ?? 'own',
    longFiles: flags.longFiles ?? recipe?.long_files ?? false,
    version: flags.datasetVersion ?? recipe?.version ?? '1',
  };
}

/** Where a set goes: where the flag says, or where configurations look for sets that are built by name. */
export function outputOf({ output }: Pick<BuildFlags, 'output'>, name: string | null): string {
  if (output !== undefined) return resolve(output);
  if (name !== null) return join(benchHome(), 'datasets', `${name}.jsonl.zst`);
  throw new ConfigError('Expected the name of a set, or where to write rows with --output; found neither.');
}

/** Labels of the flag, of the recipe's file, or of the repository's description. */
async function labelsOf(
  repository: string,
  flags: BuildFlags,
  recipe: BuiltRecipe | null,
): Promise<readonly string[]> {
  if (flags.labels !== undefined) return parseLabels(flags.labels.replaceAll(',', '\n'));
  const file = recipe && recipe.repository === repository ? labelsPath(recipe) : null;
  if (file !== null) return readLabelsFile(file);
  const path = specPath(repository);
  const { labels = [] } = await readDescription(path);
  if (labels.length > 0) return labels;
  throw new ConfigError(
    `Expected parts of the test suite: with --labels, or as labels in ${path}; found neither.`,
  );
}
