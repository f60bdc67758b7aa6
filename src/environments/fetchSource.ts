import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { benchHome } from '../../setup/home.js';
import { downloadRelease, type Release } from './downloadRelease.ts';
import { sha256OfFile } from './fileDigests.ts';
import type { PythonFound } from './findPython.ts';
import type { RepositorySpec } from './repositorySpec.ts';
import { mustRun } from './runCommand.ts';

/**
 * The source distribution, by pip from whatever index is configured, checked against its SHA-256 and kept under
 * BENCH_HOME/downloads. A file put there by hand under the same name is taken without any network.
 */
export async function fetchSource(
  release: Release,
  python: PythonFound,
  say: (line: string) => void,
): Promise<string> {
  const { package: name, version, sha256 } = release;
  const downloads = join(benchHome(), 'downloads');
  const kept = join(downloads, `${name}-${version}-${sha256.slice(0, 16)}.tar.gz`);
  if ((await sha256OfFile(kept)) === sha256) return kept;
  say(`${name} ${version}: downloading the source distribution`);
  await downloadRelease({ release, python, form: 'source', into: kept });
  return kept;
}

/** Unpacks a source distribution, or another archive with one folder, without that folder. */
export async function unpackSource(work: {
  archive: string;
  python: PythonFound;
  into: string;
}): Promise<void> {
  const { archive, python, into } = work;
  const raw = `${into}.raw`;
  await mkdir(raw, { recursive: true });
  const unpack = [python.executable, '-I', '-m', 'tarfile', '-e', archive, raw] as const;
  await mustRun('Unpacking the source', unpack);
  const [top, ...more] = await readdir(raw);
  if (!top || more.length > 0)
    throw new ConfigError(`Expected one folder in ${archive}, found ${more.length + 1} entries.`);
  await rename(join(raw, top), into);
  await rm(raw, { recursive: true });
}

/** The release that a description names; null where its source is a path. */
export function releaseOf({ source }: RepositorySpec): Release | null {
  const { package: name, version, sha256 } = source;
  return name === undefined || version === undefined ? null : { package: name, version, sha256 };
}
