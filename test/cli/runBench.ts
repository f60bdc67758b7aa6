import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** The program's entry. */
export const mainFile = join(import.meta.dirname, '../../src/cli/main.ts');

/** What a command left behind. */
export interface Finished {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface BenchOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The program, where it is not this tree's. */
  readonly program?: string;
  /** It is ended when it takes longer. */
  readonly timeoutSeconds?: number;
}

/** Really runs `bench` in a folder, with BENCH_HOME in that folder too. */
export function runBench(
  given: readonly string[],
  { cwd, environment = {}, program = mainFile, timeoutSeconds = 60 }: BenchOptions,
): Promise<Finished> {
  const { BENCH_DEBUG: _, TEMPORAL_ADDRESS: __, ...inherited } = process.env;
  const env = { ...inherited, BENCH_HOME: join(cwd, 'home'), NO_COLOR: '1', ...environment };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...given],
      { cwd, env, timeout: timeoutSeconds * 1000 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ exitCode, stdout, stderr });
      },
    );
  });
}

/** A folder that is removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cli-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
