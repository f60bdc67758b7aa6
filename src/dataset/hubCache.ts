import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { benchHome } from '../../setup/home.js';
import { DatasetError } from '../core/errors.ts';

/** A dataset on the Hugging Face hub: `hf://org/name[:config][@revision]`. */
export interface HubName {
  readonly id: string;
  readonly config: string | null;
  readonly revision: string;
}

/** What a revision is: its commit, and the files in it. */
export interface HubRevision {
  readonly sha: string;
  readonly siblings: readonly { readonly rfilename: string }[];
}

/** HF_HUB_OFFLINE as the hub's own client reads it. */
export function isOffline(environment: Readonly<Record<string, string | undefined>>): boolean {
  return /^(1|on|yes|true)$/i.test(environment['HF_HUB_OFFLINE'] ?? '');
}

/** Where the files of a commit are kept, in the layout of the hub's own client: under HF_HOME where that is set. */
export function snapshotFolder(name: HubName, sha: string): string {
  return join(folderOf(name), 'snapshots', sha);
}

/** Notes which commit a revision was. */
export async function keepRevision(name: HubName, sha: string): Promise<void> {
  const place = refFile(name);
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, sha);
}

/** The commit and files of a revision as they were seen last. */
export async function keptRevision(name: HubName): Promise<HubRevision> {
  const noted = await readFile(refFile(name), 'utf8').catch(() => name.revision);
  const sha = noted.trim();
  const folder = snapshotFolder(name, sha);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.endsWith('.part'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    );
  if (files.length === 0) throw notKept(name);
  return { sha, siblings: files.map((rfilename) => ({ rfilename })) };
}

/** What is asked for was never brought here, and nothing may be asked. */
export function notKept({ id, revision }: HubName): DatasetError {
  return new DatasetError(
    `HF_HUB_OFFLINE is set, and ${id} at ${revision} is not kept in ${root()}.\n` +
      'Unset it once to bring the set here, or set HF_HOME to where it is.',
  );
}

function refFile(name: HubName): string {
  return join(folderOf(name), 'refs', encodeURIComponent(name.revision));
}

function folderOf({ id }: HubName): string {
  return join(root(), `datasets--${id.replace('/', '--')}`);
}

function root(): string {
  const home = process.env['HF_HOME'];
  return home ? join(home, 'hub') : join(benchHome(), 'hub');
}
