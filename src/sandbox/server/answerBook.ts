import { Problem } from './problem.ts';

/** Answers by their idempotency key. */
export interface AnswerBook {
  /** The kept answer, the one in the making, or a new one. Work is aborted when nobody waits for it any more. */
  answer(asked: Asked, work: (signal: AbortSignal) => Promise<string>): Promise<string>;
}

export interface Asked {
  readonly key: string;
  /** Of the body: one key belongs to one body. */
  readonly digest: string;
  readonly signal: AbortSignal;
}

interface Entry {
  readonly digest: string;
  readonly answer: Promise<string>;
  readonly abort: AbortController;
  waiters: number;
  /** Null while it is being made. */
  characters: number | null;
}

const keptCharacters = 64 << 20;
const keptAnswers = 4096;

/** Keeps the latest answers, within a budget of memory; failures are not kept. */
export function createAnswerBook(): AnswerBook {
  const entries = new Map<string, Entry>();

  const begin = ({ key, digest }: Asked, work: (signal: AbortSignal) => Promise<string>): Entry => {
    const abort = new AbortController();
    const entry: Entry = { digest, answer: work(abort.signal), abort, waiters: 0, characters: null };
    entries.set(key, entry);
    entry.answer.then(
      (text) => {
        entry.characters = text.length;
        forgetOldest(entries);
      },
      () => void (entries.get(key) === entry && entries.delete(key)),
    );
    return entry;
  };

  return {
    async answer(asked, work) {
      asked.signal.throwIfAborted();
      const known = entries.get(asked.key);
      if (known !== undefined && known.digest !== asked.digest) {
        const detail = 'This Idempotency-Key was used with another body. Use a new key for each item.';
        throw new Problem(409, 'key_reused', { detail });
      }
      const isGivenUp = known?.abort.signal.aborted === true;
      return join(known === undefined || isGivenUp ? begin(asked, work) : known, asked.signal);
    },
  };
}

/** Waits for an answer in company; the last one to leave ends the work. */
function join(entry: Entry, signal: AbortSignal): Promise<string> {
  entry.waiters += 1;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      entry.waiters -= 1;
      if (entry.waiters === 0 && entry.characters === null) entry.abort.abort(signal.reason);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', leave, { once: true });
    entry.answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

function forgetOldest(entries: Map<string, Entry>): void {
  let total = [...entries.values()].reduce((sum, { characters }) => sum + (characters ?? 0), 0);
  for (const [key, { characters }] of entries) {
    if (total <= keptCharacters && entries.size <= keptAnswers) return;
    if (characters === null) continue;
    entries.delete(key);
    total -= characters;
  }
}
