import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../../core/errors.ts';

const adapterConfigSchema = z.object({
  r: z.int().positive(),
  peft_type: z.string().optional(),
  base_model_name_or_path: z.string().nullish(),
});

/** A LoRA adapter as PEFT writes it: a folder with `adapter_config.json` and its weights. */
export interface Adapter {
  readonly name: string;
  readonly folder: string;
  readonly rank: number;
  /** What it says it was trained on; null when it does not say. */
  readonly base: string | null;
}

/** Ranks that vLLM's `--max-lora-rank` takes. */
const ranks = [1, 8, 16, 32, 64, 128, 256, 320, 512] as const;

/**
 * The adapters of a sweep, sorted by name with numbers in their order. `wanted` as in the published suite: nulls are
 * dropped, and an empty or null list means all. Throws ConfigError that names what is missing or broken.
 */
export function readAdapters(folder: string, wanted: readonly (string | null)[] | null): Adapter[] {
  const names = listFolders(folder);
  const chosen = (wanted ?? []).filter((name) => name !== null);
  const missing = chosen.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new ConfigError(
      `inference.lora_ckpts_list: ${missing.join(', ')}: no such folder in ${folder}; there are ${names.join(', ') || 'none'}.`,
    );
  }
  const asked = chosen.length > 0;
  const adapters = (asked ? [...new Set(chosen)] : names)
    .map((name) => readAdapter(join(folder, name), asked))
    .filter((adapter) => adapter !== null);
  if (adapters.length > 0) return adapters.sort((a, b) => order.compare(a.name, b.name));
  throw new ConfigError(
    `inference.lora_ckpts_dir: expected folders with an adapter_config.json in ${folder}, found none.`,
  );
}

/** The smallest rank that vLLM accepts and that holds all of them. Throws ConfigError above its largest. */
export function maximumRank(adapters: readonly Adapter[]): number {
  const largest = Math.max(...adapters.map(({ rank }) => rank));
  const fitting = ranks.find((rank) => rank >= largest);
  if (fitting !== undefined) return fitting;
  const names = adapters.filter(({ rank }) => rank === largest).map(({ name }) => name);
  throw new ConfigError(
    `The adapter ${names.join(', ')} has rank ${largest}; vLLM serves ranks up to ${ranks.at(-1)}.`,
  );
}

/** Refuses adapters that say they belong to another base; names count by their last part, as folders move. */
export function refuseOtherBase(adapters: readonly Adapter[], model: string): void {
  const others = adapters.filter(({ base }) => base !== null && !isSameModel(base, model));
  if (others.length === 0) return;
  const said = others.map(({ name, base }) => `${name} (trained on ${base})`).join(', ');
  throw new ConfigError(
    `These adapters belong to another base than ${model}: ${said}.\n` +
      'Set inference.model_name to their base, or name the right ones in inference.lora_ckpts_list.',
  );
}

const order = new Intl.Collator('en', { numeric: true });

function isSameModel(one: string, other: string): boolean {
  const last = (name: string): string => basename(name.replace(/\/+$/, '')).toLowerCase();
  return last(one) === last(other);
}

function listFolders(folder: string): string[] {
  try {
    const names = readdirSync(folder);
    return names.filter((name) => statSync(join(folder, name)).isDirectory()).sort(order.compare);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`inference.lora_ckpts_dir: cannot read ${folder}: ${why}.`, { cause: error });
  }
}

/** Null for a folder that is no adapter and that nobody asked for by name. */
function readAdapter(folder: string, asked: boolean): Adapter | null {
  const path = join(folder, 'adapter_config.json');
  if (!existsSync(path)) {
    if (!asked) return null;
    throw new ConfigError(`Expected a LoRA adapter in ${folder}, found no adapter_config.json there.`);
  }
  const parsed = adapterConfigSchema.safeParse(parseJson(readFileSync(path, 'utf8')));
  if (!parsed.success) {
    throw new ConfigError(
      `${path}: expected a LoRA configuration with its rank \`r\`, found something else.`,
    );
  }
  const weights = readdirSync(folder).some((name) => /^adapter_model\.(safetensors|bin|pt)$/.test(name));
  if (!weights)
    throw new ConfigError(
      `Expected adapter_model.safetensors in ${folder}, found none: is it still being written?`,
    );
  const { r, base_model_name_or_path: base } = parsed.data;
  return { name: basename(folder), folder, rank: r, base: base || null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
