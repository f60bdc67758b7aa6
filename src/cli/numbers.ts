import { InvalidArgumentError } from 'commander';

/** A flag's whole number. */
export function toInteger(text: string): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text.trim()) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('expected a whole number.');
}

/** A flag's count, which may be 0. */
export function toCount(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number.');
}

/** A flag's count of at least 1. */
export function toPositive(text: string): number {
  const value = toCount(text);
  if (value === 0) throw new InvalidArgumentError('expected a whole number of at least 1.');
  return value;
}

/** A flag's list of whole numbers: `8000,8001` or `[8000,8001]`. */
export function toIntegers(text: string): number[] {
  return text
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map(toInteger);
}
