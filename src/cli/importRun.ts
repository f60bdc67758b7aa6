import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rm, mkdtemp } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { ConfigError, DatasetError } from '../core/errors.ts';
import type { AnswerRecord } from '../core/records.ts';
import type { Row, TaskName } from '../core/row.ts';
import { itemId } from '../core/rowHelpers.ts';
import type { RunRecord } from '../core/run.ts';
import { readDataset, refuseBadRows } from '../dataset/readDataset.ts';
import { readLines } from '../dataset/readLines.ts';
import { importItem, originalResultSchema, type OriginalResult } from '../report/import/originalResults.ts';
import { joinPlace, openStore } from '../storage/index.ts';
import { importedRecord } from './importedRecord.ts';

/** What is imported, and as what. */
export interface ImportInput {
  readonly file: string;
  readonly task: TaskName;
  readonly model: string;
  /** The run's name. */
  readonly name: string;
  readonly outputFolder: string;
  /** The rows, where the lines do not hold them. */
  readonly dataset: string | null;
}

/** Makes a run's folder of the original's results: outcomes, answers and rows, as if the run had been ours. Returns the folder. */
export async function importRun(input: ImportInput): Promise<string> {
  const { file, name, task } = input;
  const { lines, digest } = await readResults(file);
  const { rows, dataset } = await rowsOf(input, lines);
  const folder = joinPlace(input.outputFolder, name);
  const store = openStore(folder);
  const record = importedRecord({ ...input, folder, digest, dataset, rows: [...rows.values()], lines });
  if (!(await store.putOnce('run.json', `${JSON.stringify(record, null, 2)}\n`))) {
    await refuseOther(store.get('run.json'), record, folder);
  }
  const ids = [...rows.keys()];
  await store.putOnce(
    'items.json',
    JSON.stringify(ids.map((id, row) => ({ item: itemId({ dp_id: id }), row }))),
  );
  await store.putOnce('dataset/rows.jsonl', textOf(rows));
  for (const [id, row] of rows) {
    const own = lines.filter(({ dp_item: item }) => item.dp_id === id);
    const imported = importItem({ run: name, task, row, lines: own });
    if (imported.kind === 'attempt') {
      await store.putOnce(`attempts/${itemId(row)}/0.json`, JSON.stringify(imported.attempt));
      continue;
    }
    for (const [key, text] of imported.answers) await store.putOnce(key, JSON.stringify(answerOf(text)));
    await store.putOnce(`outcomes/${itemId(row)}.json`, JSON.stringify(imported.outcome));
  }
  return folder;
}

/** The lines in their order; throws DatasetError with file, line and column of the first that is none. */
async function readResults(file: string): Promise<{ lines: OriginalResult[]; digest: string }> {
  const hash = createHash('sha256');
  const bytes = createReadStream(file);
  const source = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  bytes.on('error', (error) => source.destroy(error));
  const lines: OriginalResult[] = [];
  let number = 0;
  try {
    for await (const { text } of readLines(source, { hash, longestBytes: 512 * 2 ** 20 })) {
      number += 1;
      if (text?.trim() === '') continue;
      const parsed = originalResultSchema.safeParse(JSON.parse(text ?? 'null'));
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        throw new DatasetError(
          `${file}, line ${number}: ${issue?.path.join('.')}: ${issue?.message}. Expected results.jsonl of the original suite.`,
        );
      }
      lines.push(parsed.data);
    }
  } catch (cause) {
    if (cause instanceof DatasetError) throw cause;
    const why = cause instanceof SyntaxError ? `line ${number} is not JSON` : String(cause);
    throw new DatasetError(`Cannot read ${file}: ${why}.`, { cause });
  }
  if (lines.length === 0) throw new DatasetError(`${file} is empty: expected a line per item.`);
  return { lines, digest: `sha256:${hash.digest('hex')}` };
}

interface FoundRows {
  /** By dp_id, in the order of the lines. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Digest of the set that was named, or of the rows in the lines. */
  readonly dataset: string;
}

/** From a dataset that was named, or out of the lines, which hold whole rows in the original. */
async function rowsOf({ file, dataset }: ImportInput, lines: readonly OriginalResult[]): Promise<FoundRows> {
  const held = new Map(lines.map(({ dp_item: item }) => [item.dp_id, item]));
  if (dataset === null) {
    const [first] = held.values();
    if (first?.['raw_file_content'] === undefined) {
      throw new ConfigError(`The lines of ${file} do not hold their rows: name the dataset with --dataset.`);
    }
  }
  const read = dataset === null ? await readHeldRows([...held.values()]) : await readDataset(dataset);
  refuseBadRows(read);
  const known = new Map(read.rows.map((row) => [row.dp_id, row]));
  const rows = new Map<string, Row>();
  for (const id of held.keys()) {
    const row = known.get(id);
    if (row === undefined)
      throw new DatasetError(`${dataset} has no row ${JSON.stringify(id)}, which ${file} names.`);
    rows.set(id, row);
  }
  return { rows, dataset: read.digest };
}

/** By the reader of datasets, which says what is wrong with a row. */
async function readHeldRows(items: readonly object[]) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-import-'));
  try {
    const place = join(folder, 'dp_item.jsonl');
    await writeFile(place, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    return await readDataset(place);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** As our readers of stored answers expect one. */
function answerOf(text: string): AnswerRecord {
  const body = JSON.stringify({
    choices: [{ message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
  });
  const at = new Date(0).toISOString();
  return {
    schema: 1,
    requestDigest: 'imported',
    body,
    promptTooLong: false,
    possiblyPaidTwice: false,
    milliseconds: 0,
    startedAt: at,
    endedAt: at,
  };
}

function textOf(rows: ReadonlyMap<string, Row>): string {
  return [...rows.values()].map((row) => `${JSON.stringify(row)}\n`).join('');
}

async function refuseOther(bytes: Promise<Buffer | null>, record: RunRecord, folder: string): Promise<void> {
  const before = JSON.parse((await bytes)?.toString() ?? '{}') as Partial<RunRecord>;
  if (before.lock?.['imported'] === record.lock['imported']) return;
  throw new ConfigError(`${folder} holds another run: name this one with --name.`);
}
