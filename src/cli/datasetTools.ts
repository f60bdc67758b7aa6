import { existsSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { findDataset } from '../config/configPaths.ts';
import type { Dataset } from '../dataset/readDataset.ts';
import { readDataset } from '../dataset/readDataset.ts';
import { createSandbox } from '../sandbox/index.ts';
import { Interrupted } from './failure.ts';

/** Uses a sandbox that is closed in the end, and that an interruption stops. */
export async function withSandbox(
  slots: number,
  use: (sandbox: ReturnType<typeof createSandbox>, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const sandbox = createSandbox('bubblewrap', { slots });
  const interruption = new AbortController();
  const interrupt = (): void =>
    interruption.abort(
      new Interrupted('Interrupted. What is finished is kept: run the same command to go on.'),
    );
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    await sandbox.check();
    await use(sandbox, interruption.signal);
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await sandbox.close();
  }
}

/** The dataset of a file, of a folder that holds one, or of a set that is shipped or was built here. */
export function openDataset(name: string): Promise<Dataset> {
  return readDataset(existsSync(name) ? name : (findDataset(name) ?? name));
}

/** A flag's whole number, 0 included. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

/** A flag's number of 1 or more. */
export function positiveNumber(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('expected 1 or more');
  return number;
}

/** Says how things go, on stderr. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints data, on stdout. */
export function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
