import { parquetOf } from '../../dataset/parquet/writeParquet.ts';
import { turnColumns, type TurnRow } from './turnRows.ts';

type Rows = AsyncIterable<TurnRow>;

/** The table as a file's chunks, by format. */
export const tableFormats = { jsonl: jsonLines, csv: csvLines, parquet: parquetBytes } as const;

async function* jsonLines(rows: Rows): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}

/** RFC 4180, with a header; null is an empty field, and an empty text is one between quotes. */
async function* csvLines(rows: Rows): AsyncGenerator<string> {
  const names = Object.keys(turnColumns) as (keyof TurnRow)[];
  yield `${names.join(',')}\r\n`;
  for await (const row of rows) yield `${names.map((name) => field(row[name])).join(',')}\r\n`;
}

function field(value: string | number | boolean | null): string {
  if (value === null) return '';
  const text = String(value);
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Column by column, so that all rows are held at a time. */
async function* parquetBytes(rows: Rows): AsyncGenerator<Uint8Array> {
  const all: TurnRow[] = [];
  for await (const row of rows) all.push(row);
  yield parquetOf(all, turnColumns);
}
