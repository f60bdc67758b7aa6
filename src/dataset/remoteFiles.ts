import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fetch } from 'undici';
import type { Response } from 'undici';
import { benchHome } from '../../setup/home.js';
import { shortDigest } from '../core/digest.ts';
import { DatasetError } from '../core/errors.ts';
import { createDispatcher } from '../models/transport.ts';
import { isBucketUrl, listBucketFolder, lookAtBucketFile, openBucketFile } from '../storage/index.ts';
import type { OpenSource, Source } from './download.ts';
import { download } from './download.ts';

/** What changes when the file behind an address changes, as far as its server says; null when it does not. */
export async function remoteTag(url: string): Promise<string | null> {
  return isBucketUrl(url) ? ((await lookAtBucketFile(url))?.tag ?? null) : webTag(url);
}

/** Brings the file behind an address here, where it is kept for as long as the server has the same one. */
export async function fetchRemoteFile(url: string): Promise<string> {
  const tag = await remoteTag(url);
  const folder = join(benchHome(), 'remote', shortDigest(url), shortDigest(tag ?? new Date().toISOString()));
  const place = join(folder, nameOf(url));
  if (await isThere(place)) return place;
  await download(isBucketUrl(url) ? bucketSource(url) : webSource(url, tag), place);
  return place;
}

/** The files directly below a folder of a bucket, as addresses. */
export async function listRemoteFolder(url: string): Promise<readonly string[]> {
  return isBucketUrl(url) ? (await listBucketFolder(url)).files : [];
}

/** Whether there is a file at a place. */
export function isThere(place: string): Promise<boolean> {
  return access(place).then(
    () => true,
    () => false,
  );
}

function bucketSource(url: string): Source {
  let opened: string | null = null;
  const open = async (asked: number): Promise<OpenSource> => {
    const file = await lookAtBucketFile(url);
    if (file === null) throw new DatasetError(`There is no file ${url}: correct data.path.`);
    const from = opened === null || opened === file.tag ? asked : 0;
    opened = file.tag;
    if (file.bytes === from) return { from, bytes: from, body: noBytes() };
    return { from, bytes: file.bytes, body: await openBucketFile(url, { tag: file.tag, from }) };
  };
  return { name: url, open };
}

// oxlint-disable-next-line require-yield
async function* noBytes(): AsyncGenerator<Uint8Array> {
  return;
}

/** A part is taken only of the file that the download began with; any other answer is the whole file. */
function webSource(url: string, tag: string | null): Source {
  const open = async (asked: number): Promise<OpenSource> => {
    const part = { range: `bytes=${asked}-`, 'if-range': tag ?? '' };
    const response = await askWeb(url, asked > 0 && tag !== null ? { headers: part } : {});
    const from = response.status === 206 ? asked : 0;
    const length = response.headers.get('content-length');
    const bytes = length === null ? null : from + Number(length);
    return { from, bytes, body: response.body ?? noBytes() };
  };
  return { name: url, open };
}

async function webTag(url: string): Promise<string | null> {
  const response = await askWeb(url, { method: 'HEAD' }).catch((error: unknown) => {
    // Addresses that are signed for one use answer no other question; the download itself says what is wrong.
    if (error instanceof DatasetError && !error.retry) return null;
    throw error;
  });
  if (response === null) return null;
  const tag = response.headers.get('etag');
  return tag?.startsWith('"') === true ? tag : response.headers.get('last-modified');
}

async function askWeb(
  url: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Readonly<Record<string, string>> },
): Promise<Response> {
  const { username, password, host } = new URL(url);
  if (username !== '' || password !== '') {
    throw new DatasetError('data.path holds a password, and it is stored with the results: leave it out.');
  }
  const response = await fetch(url, {
    method,
    headers: { 'accept-encoding': 'identity', ...headers },
    dispatcher: createDispatcher(process.env),
  }).catch((cause: unknown) => {
    throw new DatasetError(`${host} does not answer, so ${url} cannot be had.`, { retry: true, cause });
  });
  if (response.ok) return response;
  await response.body?.cancel();
  const why = response.status === 404 ? 'there is no such file' : `${host} answered ${response.status}`;
  throw new DatasetError(`${url} cannot be had: ${why}. Correct data.path, or name a local file.`, {
    retry: response.status >= 500,
  });
}

function nameOf(url: string): string {
  return basename(isBucketUrl(url) ? url : new URL(url).pathname);
}
