import { spawn } from 'node:child_process';
import { ConfigError } from '../core/errors.ts';

/** How a command of the set-up ended; `output` is the tail of both streams. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly output: string;
}

/** Runs a command of the set-up without a shell; never throws for its exit code. */
export function runCommand(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; signal?: AbortSignal | undefined } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.signal ? { signal: options.signal } : {}),
    });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-1_000_000);
      output = (output + text).slice(-4000);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
    child.once('error', (error) => resolve({ code: 127, stdout: '', output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 137, stdout, output }));
  });
}

/** Like runCommand, but a failure is a ConfigError that begins with `purpose`. */
export async function mustRun(
  purpose: string,
  command: readonly [string, ...string[]],
  options: Parameters<typeof runCommand>[2] = {},
): Promise<string> {
  const [file, ...args] = command;
  const result = await runCommand(file, args, options);
  options.signal?.throwIfAborted();
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
