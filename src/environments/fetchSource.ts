import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ConfigError } from '../core/errors.ts';
import { benchHome } from './benchHome.ts';
import type { PythonFound } from './findPython.ts';
import type { RepositorySpec } from './repositorySpec.ts';
import { mustRun } from './runCommand.ts';

/**
 * The source distribution, by pip from whatever index is configured, checked against its SHA-256 and kept under
 * BENCH_HOME/downloads. A file put there by hand under the same name is taken without any network.
 */
export async function fetchSource(
  spec: RepositorySpec,
  python: PythonFound,
  say: (line: string) => void,
): Promise<string> {
  const { package: name, version, sha256 } = spec.source;
  const downloads = join(benchHome(), 'downloads');
  const kept = join(downloads, `${name}-${version}-${sha256.slice(0, 16)}.tar.gz`);
  if ((await sha256OfFile(kept)) === sha256) return kept;
  say(`${spec.title}: downloading the source distribution`);
  await mkdir(downloads, { recursive: true });
  const temporary = await mkdtemp(join(downloads, '.download-'));
  try {
    const requirement = join(temporary, 'source.txt');
    await writeFile(requirement, `${name}==${version} --hash=sha256:${sha256}\n`);
    const out = join(temporary, 'out');
    const args = [
      'download',
      '--quiet',
      '--no-deps',
      '--no-binary',
      name,
      '--requirement',
      requirement,
      '--dest',
      out,
    ];
    await mustRun(`Downloading ${name} ${version}`, [await pipOf(python, temporary), ...args]);
    const [file] = await readdir(out);
    if (!file || (await sha256OfFile(join(out, file))) !== sha256) {
      throw new ConfigError(
        `Expected ${name} ${version} with SHA-256 ${sha256}, the index gave ${file ?? 'nothing'}.`,
      );
    }
    await rename(join(out, file), kept);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return kept;
}

/** Unpacks a source distribution without its top folder and without what the description leaves out. */
export async function unpackSource(work: {
  archive: string;
  spec: RepositorySpec;
  python: PythonFound;
  into: string;
}): Promise<void> {
  const { archive, spec, python, into } = work;
  const raw = `${into}.raw`;
  await mkdir(raw, { recursive: true });
  await mustRun('Unpacking the source distribution', [
    python.executable,
    '-I',
    '-m',
    'tarfile',
    '-e',
    archive,
    raw,
  ]);
  const [top, ...more] = await readdir(raw);
  if (!top || more.length > 0)
    throw new ConfigError(`Expected one folder in ${archive}, found ${more.length + 1} entries.`);
  await rename(join(raw, top), into);
  await rm(raw, { recursive: true });
  for (const path of spec.source.leave_out) await rm(join(into, path), { recursive: true, force: true });
}

/** A pip of our own: distributions ship Python without one. */
async function pipOf(python: PythonFound, folder: string): Promise<string> {
  const venv = join(folder, 'pip');
  await mustRun('Making a virtual environment', [python.executable, '-I', '-m', 'venv', venv]);
  return join(venv, 'bin', 'pip');
}

async function sha256OfFile(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return null;
  }
  return hash.digest('hex');
}
