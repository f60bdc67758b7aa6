import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { resourcesFolder } from './resourcesFolder.ts';
import { findPython, type PythonFound } from './findPython.ts';
import { readDescription, specPath } from './repositorySpec.ts';
import { mustRun } from './runCommand.ts';
import { makePip } from './throwawayVenv.ts';

/**
 * Resolves a description's `pin` lists, for all its Python versions, and writes the requirements files that it names.
 * By uv, from the index that pip is configured for.
 */
export async function pinRequirements(nameOrPath: string, say: (line: string) => void): Promise<void> {
  const path = specPath(nameOrPath);
  const { python: range, requirements, pin, build } = await readDescription(path);
  const lists = [
    { file: requirements, wanted: pin },
    { file: build?.requirements, wanted: build?.pin },
  ].flatMap(({ file, wanted }) => (file === undefined || wanted === undefined ? [] : [{ file, wanted }]));
  if (lists.length === 0) {
    throw new ConfigError(`${path}: expected a pin list and the requirements file to write, found none.`);
  }
  const python = await findPython(range.prefer, say);
  const temporary = await mkdtemp(join(tmpdir(), 'triathlon-pin-'));
  try {
    const uv = await installUv(python, temporary);
    const lowest = range.prefer.toSorted((a, b) => minorOf(a) - minorOf(b))[0] ?? python.minor;
    for (const { file, wanted } of lists) {
      const full = resolve(dirname(path), file);
      say(`${file}: resolving ${wanted.join(', ')} for Python ${lowest} and above`);
      const written = join(temporary, 'pinned.txt');
      await writeFile(join(temporary, 'wanted.in'), `${wanted.join('\n')}\n`);
      await mustRun(`Resolving ${file}`, [
        ...[uv.command, 'pip', 'compile', join(temporary, 'wanted.in'), '--output-file', written],
        ...['--quiet', '--universal', '--python-version', lowest, '--generate-hashes', '--no-header'],
        ...[
          '--no-annotate',
          '--no-config',
          '--only-binary',
          ':all:',
          '--python',
          python.executable,
          ...uv.index,
        ],
      ] as [string, ...string[]]);
      await writeFile(full, await readFile(written));
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function installUv(
  python: PythonFound,
  folder: string,
): Promise<{ command: string; index: readonly string[] }> {
  const pip = await makePip(python, join(folder, 'venv'));
  const pinned = join(resourcesFolder(), 'repositories', 'uv.requirements.txt');
  const args = ['--quiet', '--require-hashes', '--only-binary', ':all:', '--requirement', pinned];
  await mustRun('Installing uv', [pip, 'install', ...args]);
  const config = await mustRun('Reading the configuration of pip', [pip, 'config', 'list']);
  return { command: join(folder, 'venv', 'bin', 'uv'), index: indexOf(config) };
}

/** pip's index as uv's flags; pip lists what wins last. */
function indexOf(pipConfig: string): string[] {
  const values = new Map<string, string>();
  for (const [, key = '', value = ''] of pipConfig.matchAll(
    /^[\w:]+\.(index-url|extra-index-url)='(.*)'$/gm,
  )) {
    values.set(key, value);
  }
  return [...values].flatMap(([key, value]) => value.split(/\\n|\s+/).flatMap((url) => [`--${key}`, url]));
}

function minorOf(version: string): number {
  return Number(version.slice(2));
}
