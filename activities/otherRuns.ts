import { ConfigError } from '../src/core/errors.ts';
import type { AnswerRecord, Outcome } from '../src/core/records.ts';
import type { RunRecord, RunRequest } from '../src/core/run.ts';
import { parse } from '../src/report/readItems.ts';
import { runRecordSchema } from '../src/report/runRecordSchema.ts';
import type { ResultStore } from '../src/ports/resultStore.ts';
import type { Ports } from './ports.ts';
import { existing, readAnswer, readOutcome } from './storedRecords.ts';

/** An answer that another run was given. */
export interface OtherAnswer {
  readonly key: string;
  readonly record: AnswerRecord;
}

/** What a run may take from others instead of asking. */
export interface OtherRuns {
  /** The n-th answer to the very same request, from the runs to replay. */
  find(requestDigest: string, ask: number): Promise<OtherAnswer | null>;
  /** What the run that is graded again recorded for a turn; null where it took no such turn. */
  recorded(turn: RecordedTurn): Promise<OtherAnswer | null>;
}

export interface RecordedTurn {
  readonly item: string;
  readonly sample: number;
  readonly turn: number;
}

type OpenStore = Ports['openStore'];

/** Names of a run's answers are listed once, when the first is looked for; an answer is read when it is wanted. */
export function createOtherRuns(
  openStore: OpenStore,
  { replay = [], regradeOf }: Pick<RunRequest, 'replay' | 'regradeOf'>,
): OtherRuns {
  let listed: Promise<ReadonlyMap<string, Place>> | null = null;
  return {
    async find(requestDigest, ask) {
      if (replay.length === 0) return null;
      const listing = (listed ??= listAnswers(openStore, replay));
      // A failure is not kept: the step is tried again.
      listing.catch(() => (listed = null));
      const place = (await listing).get(`${requestDigest}-${ask}`);
      return place === undefined ? null : read(place);
    },
    async recorded({ item, sample, turn }) {
      if (regradeOf === undefined) return null;
      const place = { folder: regradeOf, store: openStore(regradeOf) };
      const outcome: Outcome = await existing(place, `outcomes/${item}.json`, readOutcome);
      const key = outcome.samples[sample]?.turns[turn - 1]?.answerKey;
      return key === null || key === undefined ? null : read({ ...place, key });
    },
  };
}

/** The record of a run that was named to be replayed or graded again. Throws ConfigError for anything else. */
export async function readOtherRun(openStore: OpenStore, folder: string): Promise<RunRecord> {
  const found = parse(await openStore(folder).get('run.json'), runRecordSchema);
  if ('value' in found) return found.value;
  throw new ConfigError(
    `${folder}: expected the folder of a run to take answers from, found a run.json that cannot be used (${found.fault}).`,
  );
}

/** Those of the named runs that asked the same model in the same way: only their answers can fit. */
export async function fittingRuns(
  openStore: OpenStore,
  { replay = [] }: Pick<RunRequest, 'replay'>,
  lock: RunRecord['lock'],
): Promise<readonly string[]> {
  const fits = await Promise.all(
    replay.map(async (folder) => {
      const other = await readOtherRun(openStore, folder);
      const keys = Object.keys({ ...other.lock, ...lock }).filter(saysWhoAnswers);
      return keys.every((key) => other.lock[key] === lock[key]);
    }),
  );
  return replay.filter((_, index) => fits[index]);
}

/** What a request does not say itself about who answers it. */
const modelKeys = ['provider', 'model_name', 'weights', 'api', 'base_model'];

/** Flags of a server of ours that can change an answer are in the lock, too; the number of threads cannot. */
function saysWhoAnswers(key: string): boolean {
  return modelKeys.includes(key) || (key.startsWith('server.') && key !== 'server.threads');
}

interface Place {
  readonly folder: string;
  readonly store: ResultStore;
  readonly key: string;
}

async function listAnswers(
  openStore: OpenStore,
  folders: readonly string[],
): Promise<ReadonlyMap<string, Place>> {
  const answers = new Map<string, Place>();
  for (const folder of folders) {
    const store = openStore(folder);
    for (const key of await store.list('turns')) {
      // turns/<item>/<sample>/<turn>-<request digest>-<ask>.json; grades lie beside them.
      const found = /\/\d+-([0-9a-f]{16}-\d+)\.json$/.exec(key)?.[1];
      if (found !== undefined && !answers.has(found)) answers.set(found, { folder, store, key });
    }
  }
  return answers;
}

async function read(place: Place): Promise<OtherAnswer> {
  const record: AnswerRecord = await existing(place, place.key, readAnswer);
  return { key: place.key, record: { ...record, replayedFrom: record.replayedFrom ?? place.folder } };
}
