import { parquetReadObjects, type Compressors } from 'hyparquet';
import { compressors as usual, decompressLz4Raw } from 'hyparquet-compressors';

/** Rows of a Parquet file's bytes as JSON would give them. */
export async function readParquet(bytes: Uint8Array): Promise<readonly unknown[]> {
  const file = {
    byteLength: bytes.byteLength,
    slice: (start: number, end?: number): ArrayBuffer => Uint8Array.from(bytes.subarray(start, end)).buffer,
  };
  return (await parquetReadObjects({ file, compressors })).map(plain);
}

const compressors: Compressors = {
  ...usual,
  // A page of nulls is empty, and the decoder looks for a match in its only byte.
  LZ4_RAW: (bytes, length) => (length === 0 ? new Uint8Array() : decompressLz4Raw(bytes, length)),
};

/** One that a number cannot hold exactly stays readable, and is no whole number to whoever needs one. */
function wholeNumber(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

/** Whole numbers of 64 bits come as BigInt, lists of numbers as typed arrays. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return wholeNumber(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<unknown>, plain);
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
