import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError, StorageError } from '../core/errors.ts';

/** A file for the user. */
export interface NewFile {
  readonly path: string;
  readonly content: string | Buffer;
}

/** Writes files for the user; without `force` none is written when one of them exists. Returns their absolute paths. */
export function writeNewFiles(files: readonly NewFile[], force: boolean): string[] {
  const existing = files.filter(({ path }) => existsSync(path)).map(({ path }) => path);
  if (existing.length > 0 && !force) {
    const more = existing.length > 1 ? ` and ${existing.length - 1} more` : '';
    throw new ConfigError(
      `${existing[0]}${more}: there is such a file already, and it may hold changes of yours.\n` +
        'Name another place, or overwrite with --force.',
    );
  }
  return files.map(({ path, content }) => writeNewFile(path, { content, force }));
}

function writeNewFile(
  path: string,
  { content, force }: { content: string | Buffer; force: boolean },
): string {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { flag: force ? 'w' : 'wx' });
    return resolve(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new StorageError(`${path}: this file cannot be written (${code}); name another place.`, { cause });
  }
}
