import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { resourcePath } from '../config/resources.ts';
import { writeNewFiles } from './writeOnce.ts';

/** Copies shipped files into a folder of the user's, and prints where they are. */
export function copyResources({ from, to, force }: { from: string; to: string; force: boolean }): void {
  const source = resourcePath(...(from === '' ? [] : [from]));
  const names = existsSync(source) ? readdirSync(source, { recursive: true, withFileTypes: true }) : [];
  const files = names
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => ({ path: join(to, relative(source, path)), content: readFileSync(path) }));
  for (const path of writeNewFiles(files, force)) process.stdout.write(`${path}\n`);
}
