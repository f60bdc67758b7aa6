import { createHash } from 'node:crypto';

/** SHA-256 of a text or of a value's JSON with sorted keys, as hexadecimal. */
export function digestOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(sorted(value));
  return createHash('sha256').update(text).digest('hex');
}

/** Long enough for names of files within one run. */
export function shortDigest(value: unknown): string {
  return digestOf(value).slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, sorted(entry)]),
  );
}
