import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnswerRecord, Outcome } from '../../../src/core/records.ts';
import { withoutLaneNotes } from '../../support/laneNotes.ts';
import { listAnswers, readOutcomes } from '../results.ts';

/** What a run came to, and what it did when. */
export interface Account {
  /** By run and item, but for times. */
  readonly outcomes: ReadonlyMap<string, string>;
  /** Rows of the tables beyond one for each outcome. */
  readonly doubled: number;
  readonly answers: number;
  readonly requests: number;
  /** Requests for an answer that was stored when they came. */
  readonly askedAgain: number;
  /** Moments, in order, at which something was asked or stored, in milliseconds since the epoch. */
  readonly progress: readonly number[];
}

export interface Accounting {
  /** A folder of results. */
  readonly results: string;
  readonly requestLog: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Reads what a run has left in its bucket and in the model's log. */
export async function readAccount({ results, requestLog, since }: Accounting): Promise<Account> {
  const outcomes = await readOutcomes(results, withoutTimes);
  const requests = (await readRequests(requestLog)).filter(({ at }) => at >= since);
  const storedAt = await readStoredAt(results);
  const writes = await readWrites(results);
  return {
    outcomes,
    doubled: (await countRows(results)) - outcomes.size,
    answers: (await listAnswers(results)).length,
    requests: requests.length,
    askedAgain: requests.filter(({ digest, at }) => at > (storedAt.get(digest) ?? Infinity)).length,
    progress: [...writes, ...requests.map(({ at }) => at)].sort((one, other) => one - other),
  };
}

const timed = new Set(['startedAt', 'endedAt', 'generationSeconds', 'gradingSeconds']);

/** That an answer may have been paid twice is the truth of a run that was disturbed, and no change of its result. */
function withoutTimes(outcome: Outcome): unknown {
  return JSON.parse(
    JSON.stringify(outcome, (key, value: unknown) => {
      if (timed.has(key) || key === 'possiblyPaidTwice') return undefined;
      return key === 'flags' && Array.isArray(value) ? withoutLaneNotes(value) : value;
    }),
  );
}

interface Asked {
  /** How the model's answers begin their id. */
  readonly digest: string;
  readonly at: number;
}

const digestLength = 12;

async function readRequests(log: string): Promise<Asked[]> {
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
  return lines
    .map((line) => JSON.parse(line) as Asked & { readonly event: string })
    .filter(({ event }) => event === 'request')
    .map(({ digest, at }) => ({ digest: digest.slice(0, digestLength), at }));
}

/** When the answer of each request was stored. */
async function readStoredAt(results: string): Promise<Map<string, number>> {
  const stored = new Map<string, number>();
  for (const name of await listAnswers(results)) {
    const { body } = JSON.parse(await readFile(join(results, name), 'utf8')) as AnswerRecord;
    const { id } = JSON.parse(body) as { readonly id: string };
    stored.set(id.slice(-digestLength), (await stat(join(results, name))).mtimeMs);
  }
  return stored;
}

/** When answers, reports, grades and outcomes were written. */
async function readWrites(results: string): Promise<number[]> {
  const names = await readdir(results, { recursive: true });
  const records = names.filter((name) => /\/(turns|reports|outcomes)\/.*\.json$/.test(name));
  return Promise.all(records.map(async (name) => (await stat(join(results, name))).mtimeMs));
}

async function countRows(results: string): Promise<number> {
  let rows = 0;
  for (const run of await readdir(results)) {
    const table = await readFile(join(results, run, 'results.jsonl'), 'utf8');
    rows += table.split('\n').filter((line) => line !== '').length;
  }
  return rows;
}

export interface Balance {
  readonly lost: readonly string[];
  readonly doubled: number;
  readonly changed: readonly string[];
  readonly askedAgain: number;
}

/** What a disturbed run has against it, compared with a calm one. */
export function balance(calm: Account, wild: Account): Balance {
  const items = [...calm.outcomes.keys()];
  return {
    lost: items.filter((item) => !wild.outcomes.has(item)),
    doubled:
      Math.max(0, wild.doubled) + [...wild.outcomes.keys()].filter((item) => !calm.outcomes.has(item)).length,
    changed: items.flatMap((item) => changeOf(item, calm, wild)),
    askedAgain: wild.askedAgain,
  };
}

/** The item with the first lines that it has no more (-) and has only now (+). */
function changeOf(item: string, calm: Account, wild: Account): string[] {
  const now = wild.outcomes.get(item);
  const before = calm.outcomes.get(item);
  if (now === undefined || now === before) return [];
  const gone = linesOnlyIn(before, now).map((line) => `- ${line}`);
  const news = linesOnlyIn(now, before).map((line) => `+ ${line}`);
  return [`${item}: ${[...gone.slice(0, 3), ...news.slice(0, 3)].join(' ').slice(0, 300)}`];
}

function linesOnlyIn(one = '', other = ''): string[] {
  const known = new Set(other.split('\n').map((line) => line.trim()));
  const lines = one.split('\n').map((line) => line.trim());
  return lines.filter((line) => !known.has(line));
}
