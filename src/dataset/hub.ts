import { basename, dirname, join } from 'node:path';
import { fetch } from 'undici';
import type { Response } from 'undici';
import { z } from 'zod';
import { DatasetError } from '../core/errors.ts';
import { createDispatcher } from '../models/transport.ts';
import { download } from './download.ts';
import type { OpenSource } from './download.ts';
import { isOffline, keepRevision, keptRevision, notKept, snapshotFolder } from './hubCache.ts';
import type { HubName, HubRevision } from './hubCache.ts';
import { isThere } from './remoteFiles.ts';
import { areShards } from './shards.ts';

/** Whether a dataset's path names one on the hub. */
export function isHubPath(path: string): boolean {
  return path.startsWith('hf://');
}

/** The same dataset at the commit that its revision is now: what a run reads must not change under it. */
export async function pinHubPath(path: string, seconds = longestSeconds): Promise<string> {
  const name = parseName(path);
  const { sha } = await askRevision(name, seconds);
  return `hf://${name.id}${name.config === null ? '' : `:${name.config}`}@${sha}`;
}

/** Brings the files of a dataset's test split here, where they are kept, and gives their paths in order. */
export async function fetchHubDataset(
  path: string,
  isDatasetFile: (name: string) => boolean,
): Promise<readonly string[]> {
  const name = parseName(path);
  const { sha, siblings } = await askRevision(name);
  const files = chooseFiles(name, siblings.map(({ rfilename }) => rfilename).filter(isDatasetFile));
  const folder = snapshotFolder(name, sha);
  const places: string[] = [];
  for (const file of files) {
    const place = join(folder, file);
    if (!place.startsWith(`${folder}/`))
      throw new DatasetError(`${name.id} holds a file outside itself: ${file}.`);
    if (!(await isThere(place))) await downloadFile({ name, sha, file }, place);
    places.push(place);
  }
  return places;
}

const revisionSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(z.object({ rfilename: z.string() })),
});

async function askRevision(name: HubName, seconds = longestSeconds): Promise<HubRevision> {
  if (isOffline(process.env)) return keptRevision(name);
  const revision = encodeURIComponent(name.revision);
  const response = await ask(`/api/datasets/${name.id}/revision/${revision}`, name, { seconds });
  const parsed = revisionSchema.safeParse(await response.json().catch(() => null));
  if (!parsed.success) {
    throw new DatasetError(`${endpoint()} says nothing of the files of ${name.id}: is HF_ENDPOINT a hub?`);
  }
  await keepRevision(name, parsed.data.sha);
  return parsed.data;
}

/** The configuration that is named, and the test split where files say of which split they are. */
function chooseFiles({ id, config }: HubName, all: readonly string[]): readonly string[] {
  const ofConfig = config === null ? all : all.filter((file) => file.split('/').includes(config));
  const ofTest = ofConfig.filter((file) => /(^|[^a-z])test([^a-z]|$)/.test(basename(file)));
  const chosen = (ofTest.length > 0 ? ofTest : ofConfig).toSorted();
  const folders = new Set(chosen.map((file) => dirname(file)));
  if (chosen.length === 1) return chosen;
  if (chosen.length > 1 && folders.size === 1 && areShards(chosen.map((file) => basename(file))))
    return chosen;
  const seen = all.length === 0 ? 'none' : all.slice(0, 8).join(', ');
  throw new DatasetError(
    `Expected one dataset, or the parts of one, in ${id} on the hub, found ${seen}.\n` +
      'Name a configuration, as in org/name:configuration, or download the file and name it.',
  );
}

function parseName(path: string): HubName {
  const match = /^hf:\/\/([\w.-]+\/[\w.-]+)(?::([\w.-]+))?(?:@([\w./-]+))?$/.exec(path);
  if (match === null)
    throw new DatasetError(`Expected hf://org/name[:configuration][@revision], found ${path}.`);
  return { id: match[1] ?? '', config: match[2] ?? null, revision: match[3] ?? 'main' };
}

function endpoint(): string {
  return (process.env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, '');
}

/** For a whole file. */
const longestSeconds = 900;

function encodePath(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}

interface Asking {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly seconds?: number;
}

async function ask(
  route: string,
  { id }: HubName,
  { headers: wanted, seconds = longestSeconds }: Asking = {},
): Promise<Response> {
  const token = process.env['HF_TOKEN'];
  const headers = { ...wanted, ...(token && { authorization: `Bearer ${token}` }) };
  const url = `${endpoint()}${route}`;
  const dispatcher = createDispatcher(process.env);
  const signal = AbortSignal.timeout(seconds * 1000);
  const response = await fetch(url, { headers, dispatcher, signal }).catch((cause: unknown) => {
    throw new DatasetError(
      `${endpoint()} does not answer, so ${id} cannot be had.\n` +
        'Set HF_ENDPOINT to a mirror, or download the file and name it in data.path.',
      { retry: true, cause },
    );
  });
  if (response.ok) return response;
  await response.body?.cancel();
  const why =
    response.status === 401 || response.status === 403
      ? 'there is no such dataset, or it wants a token with access: set HF_TOKEN'
      : response.status === 404
        ? 'there is no such dataset or revision'
        : `it answered ${response.status}`;
  throw new DatasetError(`${id} cannot be had from ${endpoint()}: ${why}.`, {
    retry: response.status >= 500,
  });
}

interface HubFile {
  readonly name: HubName;
  readonly sha: string;
  readonly file: string;
}

async function downloadFile({ name, sha, file }: HubFile, place: string): Promise<void> {
  if (isOffline(process.env)) throw notKept(name);
  const route = `/datasets/${name.id}/resolve/${sha}/${encodePath(file)}`;
  const open = async (asked: number): Promise<OpenSource> => {
    const response = await ask(route, name, {
      // Compressed, it would have another length than it says.
      headers: { 'accept-encoding': 'identity', ...(asked > 0 && { range: `bytes=${asked}-` }) },
    });
    const from = response.status === 206 ? asked : 0;
    const length = response.headers.get('content-length');
    return { from, bytes: length === null ? null : from + Number(length), body: bodyOf(response) };
  };
  await download({ name: `${file} of ${name.id}`, open }, place);
}

async function* bodyOf({ body }: Response): AsyncGenerator<Uint8Array> {
  if (body !== null) for await (const chunk of body) yield chunk as Uint8Array;
}
