import { InvalidArgumentError } from 'commander';

/** A flag's whole number. */
export function toInteger(text: string): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text.trim()) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('expected a whole number.');
}

/** A flag's count of something. */
export function toPositiveInteger(text: string): number {
  const value = toInteger(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('expected a whole number above 0.');
}

/** A flag's list of whole numbers: `8000,8001` or `[8000,8001]`. */
export function toIntegers(text: string): number[] {
  return text
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map(toInteger);
}
