import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '../../core/errors.ts';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';

const sources = join(import.meta.dirname, '..', '..', '..', 'resources', 'runner');

let known: Promise<string> | undefined;

/** Digest of the runner's sources, as they were when this process first asked; part of a run's lock. */
export function runnerDigest(): Promise<string> {
  known ??= digestSources();
  return known;
}

async function digestSources(): Promise<string> {
  const hash = createHash('sha256');
  const names = await readdir(sources, { recursive: true });
  for (const name of names.filter((one) => one.endsWith('.py') || one.startsWith('etc/')).sort()) {
    hash
      .update(`${name}\0`)
      .update(await readFile(join(sources, name)))
      .update('\0');
  }
  return `sha256:${hash.digest('hex')}`;
}

/**
 * The runner with its byte code, in the environment's folder: a copy per digest, made once. Throws ConfigError where that
 * folder is another user's, who has not made it.
 */
export async function runnerFolder(environment: PreparedEnvironment): Promise<string> {
  const digest = await runnerDigest();
  const final = join(environment.root, `runner-${digest.slice(7, 23)}`);
  if (await stat(join(final, 'nothing')).catch(() => null)) return final;
  const temporary = await mkdtemp(`${final}.`).catch((error: Error) => {
    throw new ConfigError(
      `${environment.root} has no runner of this version, and it cannot be put there (${error.message}).\n` +
        `Let its owner run bench sandbox check once, or set BENCH_HOME to a folder of your own and build the environment there.`,
    );
  });
  try {
    await cp(sources, temporary, { recursive: true, filter: (path) => !path.includes('__pycache__') });
    await mkdir(join(temporary, 'nothing'));
    await promisify(execFile)(environment.python, ['-I', '-m', 'compileall', '-q', temporary]);
    await promisify(execFile)('chmod', ['-R', 'a+rX,go-w', temporary]);
    await rename(temporary, final).catch(async (error: unknown) => {
      if (!(await stat(final).catch(() => null))) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return final;
}
