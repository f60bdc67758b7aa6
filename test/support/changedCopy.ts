import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** This program as it might be one day, in a folder of its own: files by name with what is replaced in them. */
export async function makeChangedCopy(
  folder: string,
  changes: Readonly<Record<string, readonly [from: string, to: string]>>,
): Promise<{ readonly program: string }> {
  for (const part of ['src', 'workflows', 'activities', 'setup', 'resources', 'package.json'])
    await cp(join(root, part), join(folder, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [name, [from, to]] of Object.entries(changes)) {
    const text = await readFile(join(folder, name), 'utf8');
    if (!text.includes(from)) throw new Error(`expected "${from}" in ${name}`);
    await writeFile(join(folder, name), text.replace(from, to));
  }
  return { program: join(folder, 'src/cli/main.ts') };
}
