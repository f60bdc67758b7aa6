import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError, DatasetError } from '../core/errors.ts';

/** Something to bring here. */
export interface Source {
  /** How messages call it. */
  readonly name: string;
  /** Its bytes from a place on; `from` says where they really begin, for a server may begin anew. */
  open(from: number): Promise<OpenSource>;
}

export interface OpenSource {
  readonly from: number;
  /** Of the whole; null where the server does not say. */
  readonly bytes: number | null;
  readonly body: AsyncIterable<Uint8Array>;
}

const triesWithoutProgress = 5;

/** Brings a file to a place, whole or not at all; a download that breaks off goes on where it was. */
export async function download(source: Source, place: string): Promise<void> {
  const temporary = `${place}.${randomUUID()}.part`;
  await mkdir(dirname(place), { recursive: true });
  try {
    const file = await open(temporary, 'wx');
    try {
      await fill(source, file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, place);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function fill(source: Source, file: FileHandle): Promise<void> {
  const state = { have: 0 };
  for (let tries = 1; ; tries += 1) {
    const before = state.have;
    try {
      return await fillOnce(source, file, state);
    } catch (error) {
      if (error instanceof BenchError && !error.retry) throw error;
      if (state.have > before) tries = 1;
      if (tries === triesWithoutProgress) throw brokenOff(source, state.have, error);
      await sleep(100 * 2 ** tries);
    }
  }
}

async function fillOnce(source: Source, file: FileHandle, state: { have: number }): Promise<void> {
  const { from, bytes, body } = await source.open(state.have);
  if (from !== state.have) await file.truncate(from);
  state.have = from;
  for await (const chunk of body) {
    await file.write(chunk, 0, chunk.length, state.have);
    state.have += chunk.length;
  }
  if (bytes !== null && state.have !== bytes) throw new Error(`${state.have} of ${bytes} bytes came`);
}

function brokenOff({ name }: Source, have: number, cause: unknown): DatasetError {
  const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new DatasetError(
    `The download of ${name} broke off after ${have} bytes, ${triesWithoutProgress} times: ${why}.\n` +
      'Submit again when the connection is better, or name a local file in data.path.',
    { retry: true, cause },
  );
}
