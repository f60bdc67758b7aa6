import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { isYamlPath, resourcePath, yamlName } from '../config/resources.ts';
import { parseYaml } from '../config/yamlText.ts';
import { ConfigError } from '../core/errors.ts';

const whole = z.int().positive();

const builtSchema = z.strictObject({
  schema: z.literal(1),
  version: z.string(),
  repository: z.string(),
  /** A file of labels beside the recipe, one a line. */
  labels: z.string().optional(),
  /** Null: as many as there are. */
  rows: whole.nullable(),
  /** Rows of one file at most; null: any number. */
  max_per_file: whole.nullable(),
  descriptions: z.enum(['own', 'any']),
  /** Also methods of files that are too long for repair's prompt. */
  long_files: z.boolean().default(false),
  seed: z.string(),
});

const pickedSchema = z.strictObject({
  schema: z.literal(1),
  /** Another set, whose quickest rows these are. */
  pick_from: z.string(),
  rows: whole,
});

/** How a dataset is made, as its YAML file says. */
export type Recipe = BuiltRecipe | PickedRecipe;
export type BuiltRecipe = {
  readonly kind: 'build';
  readonly name: string;
  readonly folder: string;
} & Readonly<z.infer<typeof builtSchema>>;
export type PickedRecipe = { readonly kind: 'pick'; readonly name: string } & Readonly<
  z.infer<typeof pickedSchema>
>;

/** Reads `resources/datasets/<name>.yaml`, or the file when a path is given. */
export async function readRecipe(nameOrPath: string): Promise<Recipe> {
  const path = isYamlPath(nameOrPath) ? resolve(nameOrPath) : resourcePath('datasets', `${nameOrPath}.yaml`);
  const text = await readFile(path, 'utf8').catch(async (cause: unknown) => {
    const names = (await recipeNames()).join(', ');
    throw new ConfigError(
      `Expected the recipe of a dataset at ${path}, found none.\nShipped ones: ${names}.`,
      { cause },
    );
  });
  const { value } = parseYaml(text, path);
  const name = yamlName(path);
  if (typeof value === 'object' && value !== null && 'pick_from' in value) {
    return { kind: 'pick', name, ...check(pickedSchema, value, path) };
  }
  return { kind: 'build', name, folder: dirname(path), ...check(builtSchema, value, path) };
}

/** Names of the recipes that come with the program, sorted. */
export async function recipeNames(): Promise<readonly string[]> {
  const files = await readdir(resourcePath('datasets'));
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** The labels of a file beside a recipe, without comments. */
export async function readLabelsFile(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(`Expected labels of the test suite, one a line, in ${path}, found no such file.`, {
      cause,
    });
  });
  return parseLabels(text);
}

/** Labels of a text, one a line; lines that begin with # are comments. */
export function parseLabels(text: string): readonly string[] {
  const labels = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return [...new Set(labels)];
}

/** Where a recipe's file of labels is. */
export function labelsPath({ folder, labels }: BuiltRecipe): string | null {
  return labels === undefined ? null : join(folder, labels);
}

function check<Value>(schema: z.ZodType<Value>, value: unknown, path: string): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(`${path} is no recipe of a dataset:\n${z.prettifyError(parsed.error)}`);
}
