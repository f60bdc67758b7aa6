import { parquetWriteBuffer } from 'hyparquet-writer';
import { zstdCompressSync } from 'node:zlib';
import type { Column } from './columns.ts';
import { originalColumns, schemaOf } from './columns.ts';

/** Rows in the published suite's columns as the bytes of a Parquet file; the same rows give the same bytes. */
export function originalParquet(rows: readonly object[]): Uint8Array {
  return parquetOf(rows, originalColumns);
}

/** Rows in any columns as the bytes of a Parquet file. */
export function parquetOf(rows: readonly object[], columns: Readonly<Record<string, Column>>): Uint8Array {
  const columnData = Object.entries(columns).map(([name, column]) => ({
    name,
    data: rows.map((row) => valueOf(Reflect.get(row, name), column)),
  }));
  const buffer = parquetWriteBuffer({
    columnData,
    schema: schemaOf(columns),
    codec: 'ZSTD',
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
    // Files with a text as long as a whole module have no use for least and greatest values.
    statistics: false,
    createdBy: 'triathlon',
  });
  return new Uint8Array(buffer);
}

function valueOf(value: unknown, column: Column): unknown {
  if (value === null || value === undefined) return null;
  if (column === 'whole') return typeof value === 'number' ? BigInt(value) : null;
  if (typeof column === 'string') return value;
  if ('list' in column) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.map((item) => valueOf(item, column.list));
  }
  const fields = Object.entries(column.fields);
  return Object.fromEntries(
    fields.map(([name, field]) => [name, valueOf(Reflect.get(Object(value), name), field)]),
  );
}
