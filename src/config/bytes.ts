const factors: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1000,
  kib: 1024,
  m: 1000 ** 2,
  mb: 1000 ** 2,
  mib: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1000 ** 3,
  gib: 1024 ** 3,
};

/** Bytes of a size such as `6GB`, `512MiB` or `1048576`; null when it is not a positive size. */
export function parseBytes(value: string | number): number | null {
  const match = /^\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*$/.exec(String(value));
  const factor = factors[match?.[2]?.toLowerCase() ?? '-'];
  if (match === null || factor === undefined) return null;
  const size = Math.round(Number(match[1]) * factor);
  return size > 0 && Number.isSafeInteger(size) ? size : null;
}
