import { CommanderError } from 'commander';
import { BenchError, BudgetError } from '../core/errors.ts';

/** What a process ends with. */
export const exitCodes = { done: 0, unfinished: 1, userMustFix: 2, interrupted: 130 } as const;

/** The user stopped the command; the message says what is left and how to go on. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Turns whatever a command threw into a message on stderr and an exit code; the one place that does. */
export function reportFailure(error: unknown): number {
  // Commander has already written its own message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.userMustFix;
  if (error instanceof Interrupted) return tell(error, exitCodes.interrupted);
  const ours = findOurs(error);
  if (ours !== null) return tell(ours, isUnfinished(ours) ? exitCodes.unfinished : exitCodes.userMustFix);
  if (isBrokenPipe(error)) return exitCodes.done;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const how = wantsStack() ? '' : '\nThis should not happen. BENCH_DEBUG=1 shows the stack.';
  write(`Unexpected: ${firstLines(message, 2)}${how}`);
  writeStack(error);
  return exitCodes.unfinished;
}

function tell(error: { readonly message: string }, exitCode: number): number {
  write(firstLines(error.message, 6));
  writeStack(error);
  return exitCode;
}

/** Nothing is wrong: the run only did not come to its end. */
function isUnfinished(error: object): boolean {
  return error instanceof BudgetError || ('type' in error && error.type === 'BudgetError');
}

const ourNames = new Set([
  'BudgetError',
  'ConfigError',
  'DatasetError',
  'SandboxError',
  'StorageError',
  'ModelError',
]);

/** An error of ours, thrown here or, through Temporal, by an activity (where only its name is left, as `type`). */
function findOurs(error: unknown): { readonly message: string } | null {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof BenchError) return current;
    if (
      'type' in current &&
      typeof current.type === 'string' &&
      ourNames.has(current.type.split('.')[0] ?? '')
    )
      return current;
  }
  return null;
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

function writeStack(error: unknown): void {
  if (wantsStack() && error instanceof Error) write(error.stack ?? '');
}

function wantsStack(): boolean {
  return (process.env['BENCH_DEBUG'] ?? '') !== '';
}

/** Messages may quote servers and files: no control characters reach the terminal. */
function firstLines(text: string, count: number): string {
  const lines = text.split('\n').slice(0, count);
  return lines.map((line) => line.replace(/[\p{Cc}\p{Cf}]/gu, ' ').slice(0, 400)).join('\n');
}

function write(text: string): void {
  process.stderr.write(`${text}\n`);
}
