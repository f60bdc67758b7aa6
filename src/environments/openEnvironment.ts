import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../core/errors.ts';
import type { PreparedEnvironment } from '../ports/sandbox.ts';
import { benchHome } from '../../setup/home.js';
import { environmentDigest } from './environmentDigest.ts';
import { readRepositorySpec } from './repositorySpec.ts';

/** Written last into a finished environment. */
export const markerFile = 'environment.json';

const markerSchema = z.object({
  schema: z.literal(1),
  name: z.string(),
  digest: z.string(),
  adapter: z.string(),
  adapterOptions: z.record(z.string(), z.unknown()),
  pythonMinor: z.string(),
  pythonVersion: z.string(),
  pythonExecutable: z.string(),
  /** `name==version` of every installed package. */
  locked: z.array(z.string()),
  platform: z.string(),
});

export type EnvironmentMarker = z.infer<typeof markerSchema>;

/** What `bench env list` shows. */
export interface EnvironmentListing {
  readonly environment: PreparedEnvironment;
  readonly pythonVersion: string;
  readonly locked: readonly string[];
}

/** All complete environments on this machine. */
export async function listEnvironments(): Promise<EnvironmentListing[]> {
  const names = await readdir(environmentsFolder()).catch(() => []);
  const found = await Promise.all(
    names.sort(byText).map((name) => readMarker(join(environmentsFolder(), name))),
  );
  return found.flatMap((one) =>
    one
      ? [
          {
            environment: prepared(one.marker, one.root),
            pythonVersion: one.marker.pythonVersion,
            locked: one.marker.locked,
          },
        ]
      : [],
  );
}

/** Opens a built environment by repository name (the one of the current description) or by its digest. Never builds. */
export async function openEnvironment(nameOrDigest: string): Promise<PreparedEnvironment> {
  const all = await listEnvironments();
  if (nameOrDigest.startsWith('sha256:')) {
    const found = all.find((one) => one.environment.digest === nameOrDigest);
    if (found) return found.environment;
    const there = all.map((one) => `${one.environment.name} ${one.environment.digest}`).join(', ') || 'none';
    throw new ConfigError(
      `Expected the environment ${nameOrDigest} on this machine, found: ${there}.\nBuild it: bench env build <repository>.`,
    );
  }
  const spec = await readRepositorySpec(nameOrDigest);
  for (const minor of spec.python.prefer) {
    const digest = environmentDigest(spec, minor);
    const found = all.find((one) => one.environment.digest === digest);
    if (found) return found.environment;
  }
  const stale = all.some((one) => one.environment.name === spec.name)
    ? ' (one there is of an older description)'
    : '';
  throw new ConfigError(
    `Expected the environment of ${spec.title} on this machine, found none${stale}.\nBuild it: bench env build ${nameOrDigest}.`,
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}

/** Null when the folder holds no complete environment. */
export async function openFolder(root: string): Promise<PreparedEnvironment | null> {
  const found = await readMarker(root);
  return found ? prepared(found.marker, found.root) : null;
}

/** Where environments live. */
export function environmentsFolder(): string {
  return join(benchHome(), 'environments');
}

/** Folder name of an environment. */
export function folderName(name: string, digest: string): string {
  return `${name}-${digest.slice('sha256:'.length, 'sha256:'.length + 16)}`;
}

async function readMarker(root: string): Promise<{ marker: EnvironmentMarker; root: string } | null> {
  if (root.includes('.building-') || root.endsWith('.lock')) return null;
  try {
    const marker = markerSchema.parse(JSON.parse(await readFile(join(root, markerFile), 'utf8')));
    return { marker, root };
  } catch {
    return null;
  }
}

function prepared(marker: EnvironmentMarker, root: string): PreparedEnvironment {
  return {
    name: marker.name,
    digest: marker.digest,
    root,
    sourceRoot: join(root, 'source'),
    python: join(root, 'venv', 'bin', `python${marker.pythonMinor}`),
    adapter: marker.adapter,
    adapterOptions: marker.adapterOptions,
  };
}
