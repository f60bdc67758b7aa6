import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { servingFolder } from './serverRecords.ts';

const cacheSchema = z.record(z.string(), z.string());

/**
 * `sha256:…` of a file of weights, or over names and bytes of a folder's weights and configuration; null when it cannot
 * be read here (the servers may see it, we need not). Files are hashed once: size and time of change say whether again.
 */
export async function weightsDigest(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  const cache = await readCache();
  const digest = found.isFile() ? await digestOnce(path, cache) : await digestOfFolder(path, cache);
  await writeCache(cache);
  return digest === null ? null : `sha256:${digest}`;
}

async function digestOfFolder(folder: string, cache: Record<string, string>): Promise<string | null> {
  const names = await readdir(folder);
  const files = names.filter((name) => /\.(safetensors|bin|pt|gguf|json|model|txt)$/.test(name)).sort();
  const hash = createHash('sha256');
  for (const name of files) hash.update(`${name}\0${await digestOnce(join(folder, name), cache)}\0`);
  return files.length === 0 ? null : hash.digest('hex');
}

async function digestOnce(path: string, cache: Record<string, string>): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const stamp = `${path} ${size} ${mtimeMs}`;
  return (cache[stamp] ??= await digestOfFile(path));
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 4 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function cachePath(): string {
  return join(servingFolder(), 'weights-digests.json');
}

async function readCache(): Promise<Record<string, string>> {
  try {
    return cacheSchema.parse(JSON.parse(await readFile(cachePath(), 'utf8')));
  } catch {
    return {};
  }
}

async function writeCache(cache: Readonly<Record<string, string>>): Promise<void> {
  const path = cachePath();
  const latest = Object.entries(cache).slice(-2000);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}`, JSON.stringify(Object.fromEntries(latest)));
  await rename(`${path}.${process.pid}`, path);
}
