import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';

/** The `vllm` command: BENCH_VLLM, else the first on PATH. Throws ConfigError that says how to get it. */
export async function findVllm(): Promise<string> {
  const named = process.env['BENCH_VLLM'];
  const candidates =
    named === undefined || named === ''
      ? (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'vllm'))
      : [named];
  for (const path of candidates) {
    if (await isExecutable(path)) return path;
  }
  if (named) throw new ConfigError(`BENCH_VLLM: expected an executable file, found none at ${named}.`);
  throw new ConfigError(
    'Expected the command vllm on PATH, found none.\n' +
      'Install it (uv pip install vllm, in an environment that is active), or say where it is: BENCH_VLLM=/path/to/vllm.',
  );
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
