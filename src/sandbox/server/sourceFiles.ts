import { readFile, realpath } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import type { ItemBody } from '../wire/itemContract.ts';
import { Problem } from './problem.ts';

/** Reads a file of the source tree; a path that names none, or leaves the tree, is Problem 404. */
export async function readSourceFile(environment: PreparedEnvironment, filePath: string): Promise<string> {
  const isClean =
    posix.normalize(filePath) === filePath && !filePath.startsWith('/') && !filePath.startsWith('..');
  const text = isClean ? await readInside(environment.sourceRoot, filePath).catch(() => null) : null;
  if (text !== null) return text;
  throw new Problem(404, 'unknown_file', {
    detail: `Expected a file of ${environment.name}'s source tree, relative to it, found ${JSON.stringify(filePath)}.`,
  });
}

async function readInside(root: string, filePath: string): Promise<string | null> {
  const path = await realpath(join(root, filePath));
  return path.startsWith(`${await realpath(root)}${sep}`) ? readFile(path, 'utf8') : null;
}

/** The file with the lines `start_line … end_line` (1-based, inclusive) replaced. */
export function editLines(
  source: string,
  edit: Pick<ItemBody, 'start_line' | 'end_line' | 'replace_content'>,
): string {
  const lines = source.split('\n');
  const count = source.endsWith('\n') ? lines.length - 1 : lines.length;
  const { start_line: start, end_line: end } = edit;
  if (start > end || end > count) {
    throw new Problem(400, 'bad_lines', {
      detail: `Expected 1 <= start_line <= end_line <= ${count} (lines of the file), found ${start} and ${end}.`,
    });
  }
  const replacement = edit.replace_content.replace(/\r?\n$/, '');
  return [...lines.slice(0, start - 1), replacement, ...lines.slice(end)].join('\n');
}
