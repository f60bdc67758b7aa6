import { cp, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { fetchSource, releaseOf, unpackSource } from './fetchSource.ts';
import { sha256OfFile, sha256OfFolder } from './fileDigests.ts';
import type { PythonFound } from './findPython.ts';
import type { RepositorySpec } from './repositorySpec.ts';

/** Nothing of a repository: its history, and what tools leave behind. */
const neverCopied = new Set(['.git', '.hg', '__pycache__', '.pytest_cache', '.mypy_cache', '.tox', '.venv']);

/** Puts the described source tree into a folder, checked against its SHA-256 and without what is left out. */
export async function placeSource(work: {
  spec: RepositorySpec;
  python: PythonFound;
  into: string;
  say: (line: string) => void;
}): Promise<void> {
  const { spec, python, into, say } = work;
  const release = releaseOf(spec);
  const local = resolve(dirname(spec.path), spec.source.path ?? '.');
  if (release !== null) {
    const archive = await fetchSource(release, python, say);
    say(`${spec.title}: unpacking`);
    await unpackSource({ archive, python, into });
  } else if (await isFolder(local)) {
    await copyFolder({ from: local, into, leaveOut: spec.source.leave_out });
    checkDigest(spec, local, await sha256OfFolder(into));
  } else {
    checkDigest(spec, local, await sha256OfFile(local));
    await unpackSource({ archive: local, python, into });
  }
  for (const path of spec.source.leave_out) await rm(join(into, path), { recursive: true, force: true });
}

/** Copied first and digested after: the copy cannot change in between. */
async function copyFolder(work: { from: string; into: string; leaveOut: readonly string[] }): Promise<void> {
  const leftOut = new Set(work.leaveOut.map((path) => path.replace(/\/+$/, '')));
  await cp(work.from, work.into, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !neverCopied.has(basename(path)) && !leftOut.has(relative(work.from, path)),
  });
}

function checkDigest(spec: RepositorySpec, local: string, found: string | null): void {
  if (found === null) {
    throw new ConfigError(`${spec.path}: source.path names ${local}, where there is no folder and no file.`);
  }
  if (found === spec.source.sha256) return;
  throw new ConfigError(
    `Expected ${local} with SHA-256 ${spec.source.sha256}, found ${found}.\n` +
      `If it is as you want it, put that into source.sha256 of ${spec.path}.`,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
