import { join } from 'node:path';
import type { PythonFound } from './findPython.ts';
import { mustRun } from './runCommand.ts';

/** A pip of our own in a virtual environment that is thrown away: distributions ship Python without one. */
export async function makePip(python: PythonFound, folder: string): Promise<string> {
  await mustRun('Making a virtual environment', [python.executable, '-I', '-m', 'venv', folder]);
  return join(folder, 'bin', 'pip');
}
