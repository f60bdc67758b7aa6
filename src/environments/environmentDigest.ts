import { createHash } from 'node:crypto';
import type { RepositorySpec } from './repositorySpec.ts';

/**
 * Digest over everything that can change a test's result: source, Python's minor version, pinned dependencies with
 * their hashes, adapter and its version, how it is set up, platform. Known before anything is built.
 * The runner's own sources have a digest of their own (`runnerDigest`), which a run's lock names beside this one.
 */
export function environmentDigest(spec: RepositorySpec, pythonMinor: string): string {
  const { schema, name, source, targets, import_paths, check_module, variables, adapter } = spec;
  const { path: _path, ...sourceFacts } = source;
  const facts = {
    ...{ schema, name, source: sourceFacts, targets, import_paths, check_module, variables, adapter },
    pythonMinor,
    requirements: pinsDigest(spec.requirementsText),
    build: spec.buildRequirementsText === null ? undefined : pinsDigest(spec.buildRequirementsText),
    platform: `${process.platform}-${process.arch}`,
  };
  return `sha256:${sha256(canonicalJson(facts))}`;
}

/** The Python on which the description makes a certain digest here; null where it makes others only. */
export function pythonOfDigest(spec: RepositorySpec, digest: string): string | null {
  return spec.python.prefer.find((minor) => environmentDigest(spec, minor) === digest) ?? null;
}

function pinsDigest(text: string): string {
  return sha256(text.replace(/^\s*(#.*)?\n/gm, ''));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
