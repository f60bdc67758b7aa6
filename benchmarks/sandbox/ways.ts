import { createBubblewrapLauncher } from '../../src/sandbox/bubblewrap/bubblewrapLauncher.ts';
import type { Launcher } from '../../src/sandbox/lanes/container.ts';

/** A provider in the table; its lanes are measured one by one. */
export interface Way {
  readonly name: string;
  readonly launcher: Launcher;
}

/** The providers that are measured. */
export function waysToMeasure(): readonly Way[] {
  return [{ name: 'bubblewrap', launcher: createBubblewrapLauncher() }];
}
