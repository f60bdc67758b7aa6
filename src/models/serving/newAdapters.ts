import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the adapters that are whole, in the order in which their weights were written. */
export type LookForAdapters = () => Promise<string[]>;

interface Found {
  readonly name: string;
  /** Sizes and times of everything in the folder; one that changes is still being written. */
  readonly stamp: string;
  readonly writtenAt: number;
}

/**
 * Looks at a folder that a training writes LoRA adapters into. An adapter is whole when its configuration and its weights
 * are there and nothing in its folder has changed since the look before.
 */
export function createLookForAdapters(folder: string): LookForAdapters {
  let before = new Map<string, string>();
  return async () => {
    const entries = await readdir(folder, { withFileTypes: true });
    const looks = entries.filter((entry) => entry.isDirectory()).map(({ name }) => lookAt(folder, name));
    const found = (await Promise.all(looks)).filter((one) => one !== null);
    const steady = found.filter(({ name, stamp }) => before.get(name) === stamp);
    before = new Map(found.map(({ name, stamp }) => [name, stamp]));
    return steady.sort((a, b) => a.writtenAt - b.writtenAt).map(({ name }) => name);
  };
}

/** Null for a folder that is no adapter, or not yet, or that is being removed. */
async function lookAt(folder: string, name: string): Promise<Found | null> {
  try {
    const names = (await readdir(join(folder, name))).sort();
    const weights = names.find((file) => /^adapter_model\.(safetensors|bin|pt)$/.test(file));
    if (weights === undefined || !names.includes('adapter_config.json')) return null;
    const files = await Promise.all(names.map((file) => stat(join(folder, name, file))));
    if (files[names.indexOf(weights)]?.size === 0) return null;
    const stamp = files.map(({ size, mtimeMs }, index) => `${names[index]} ${size} ${mtimeMs}`).join('\n');
    return { name, stamp, writtenAt: files[names.indexOf(weights)]?.mtimeMs ?? 0 };
  } catch {
    return null;
  }
}
