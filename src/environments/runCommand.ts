import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn, type ChildProcess } from 'node:child_process';
import { ConfigError } from '../core/errors.ts';

/** How a command of the set-up ended; `output` is the tail of both streams. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly output: string;
}

const givenUp = new AsyncLocalStorage<AbortSignal>();

/** When the signal comes, the command that the work runs is ended with all its processes, and the work with the signal's reason. */
export function untilGivenUp<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return givenUp.run(signal, work);
}

/** Runs a command of the set-up without a shell; never throws for its exit code. */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  const signal = givenUp.getStore();
  signal?.throwIfAborted();
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own can be ended as a whole; without a signal it stays in ours, which Ctrl-C ends.
    detached: signal !== undefined,
  });
  const end = (): void => endGroup(child);
  signal?.addEventListener('abort', end, { once: true });
  const result = await resultOf(child);
  signal?.removeEventListener('abort', end);
  signal?.throwIfAborted();
  return result;
}

function resultOf(child: ChildProcess): Promise<CommandResult> {
  return new Promise((resolve) => {
    let stdout = '';
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-1_000_000);
      output = (output + text).slice(-4000);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
    child.once('error', (error) => resolve({ code: 127, stdout: '', output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 137, stdout, output }));
  });
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Like runCommand, but a failure is a ConfigError that begins with `purpose`. */
export async function mustRun(
  purpose: string,
  command: readonly [string, ...string[]],
  options: Parameters<typeof runCommand>[2] = {},
): Promise<string> {
  const [file, ...args] = command;
  const result = await runCommand(file, args, options);
  if (result.code === 0) return result.stdout;
  throw commandError(purpose, result, `${file} ${args.join(' ')}`);
}

/** What a failed command said, in two lines. */
export function commandError(purpose: string, result: CommandResult, command: string): ConfigError {
  const lines = result.output
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '');
  const said = lines.filter((line) => /error/i.test(line)).at(-1) ?? lines.at(-1) ?? 'nothing was printed';
  const how = `${purpose} failed (exit code ${result.code}): ${said.trim()}`;
  return new ConfigError(`${how}\nCommand: ${command}`, { retry: true });
}
