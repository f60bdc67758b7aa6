import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { benchHome } from '../../setup/home.js';
import { sha256OfFile } from './fileDigests.ts';
import type { PythonFound } from './findPython.ts';
import type { RepositorySpec } from './repositorySpec.ts';
import { mustRun, runCommand } from './runCommand.ts';
import { makePip } from './throwawayVenv.ts';

/** A release on the package index. */
export interface Release {
  readonly package: string;
  readonly version: string;
  readonly sha256: string;
}

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
  await mkdir(downloads, { recursive: true });
  const temporary = await mkdtemp(join(downloads, '.download-'));
  try {
    const requirement = join(temporary, 'source.txt');
    await writeFile(requirement, `${name}==${version} --hash=sha256:${sha256}\n`);
    const out = join(temporary, 'out');
    const args = ['download', '--no-deps', '--no-binary', name, '--requirement', requirement, '--dest', out];
    const pip = await makePip(python, join(temporary, 'pip'));
    const { code, output } = await runCommand(pip, args);
    if (code !== 0) throw explainDownload(release, output);
    const [file = ''] = await readdir(out);
    await rename(join(out, file), kept);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
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

function explainDownload({ package: name, version, sha256 }: Release, output: string): ConfigError {
  const got = /Got\s+([0-9a-f]{64})/.exec(output)?.[1];
  if (got !== undefined) {
    return new ConfigError(
      `Expected ${name} ${version} with SHA-256 ${sha256}; the index has one with ${got}.\n` +
        'If that is the file you mean, put its SHA-256 into source.sha256.',
    );
  }
  const lines = output.split('\n').filter((line) => /error/i.test(line));
  const said = lines.find((line) => line.includes('No matching distribution')) ?? lines.at(-1) ?? output;
  return new ConfigError(
    `Downloading the source distribution of ${name} ${version} failed: ${said.trim()}\n` +
      'Expected it on the configured index; source.path takes a folder or an archive instead.',
    { retry: true },
  );
}
