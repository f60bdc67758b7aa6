import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { SandboxError } from '../../core/errors.ts';
import { seccompFilter } from './seccomp.ts';
import { parseSupervisorLine, type SupervisorReport } from '../runner/protocol.ts';

/** A file of the source tree as the candidate sees it. */
export interface Overlay {
  /** Path inside the sandbox. */
  readonly path: string;
  readonly content: string;
}

export interface AttemptInput {
  readonly argumentsBefore: readonly string[];
  readonly argumentsAfter: readonly string[];
  readonly overlays: readonly Overlay[];
  /** One line of JSON for the supervisor. */
  readonly request: string;
  /** The worker's own clock: kills the sandbox when the supervisor does not. */
  readonly patienceSeconds: number;
  readonly signal: AbortSignal;
}

/** `silent`: the supervisor was up and never reported. Faults of ours are thrown as SandboxError. */
export type AttemptResult =
  | { readonly kind: 'reported'; readonly report: SupervisorReport }
  | { readonly kind: 'silent'; readonly ended: 'timed_out' | 'crashed'; readonly wallSeconds: number };

const lineBytes = 64 << 20;

/** One fresh bubblewrap: starts it, hands files and request over, and answers when its process namespace is gone. */
export async function attempt(input: AttemptInput): Promise<AttemptResult> {
  input.signal.throwIfAborted();
  const started = performance.now();
  const child = start(input);
  let impatient = false;
  const clock = setTimeout(() => {
    impatient = true;
    child.kill('SIGKILL');
  }, input.patienceSeconds * 1000);
  const onAbort = (): void => void child.kill('SIGKILL');
  input.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const ended = await collect(child);
    input.signal.throwIfAborted();
    return interpret(ended, { impatient, wallSeconds: (performance.now() - started) / 1000 });
  } finally {
    clearTimeout(clock);
    input.signal.removeEventListener('abort', onAbort);
  }
}

function start(input: AttemptInput): ChildProcess {
  const filter = seccompFilter();
  const given = [...input.overlays.map((overlay) => overlay.content), ...(filter ? [filter] : [])];
  const files = input.overlays.flatMap((overlay, index) => [
    ...['--perms', '0644', '--ro-bind-data', String(3 + index), overlay.path],
  ]);
  const seccomp = filter ? ['--seccomp', String(3 + input.overlays.length)] : [];
  const child = spawn('bwrap', [...input.argumentsBefore, ...files, ...seccomp, ...input.argumentsAfter], {
    stdio: ['pipe', 'pipe', 'pipe', ...given.map(() => 'pipe' as const)],
    env: { PATH: process.env['PATH'] },
    cwd: '/',
  });
  given.forEach((content, index) => give(child.stdio[3 + index] as Writable, content));
  give(child.stdin as Writable, `${input.request}\n`);
  return child;
}

function give(stream: Writable | null, content: string | Buffer): void {
  // A sandbox that did not start closes its end: its exit says why.
  stream?.on('error', () => undefined).end(content);
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: string;
}

function collect(child: ChildProcess): Promise<Ended> {
  const read = (stream: Readable | null, limit: number): (() => string) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
    });
    return () => Buffer.concat(chunks).toString('utf8');
  };
  const stdout = read(child.stdout, lineBytes);
  const stderr = read(child.stderr, 16_384);
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(
        new SandboxError(
          `Expected to start bubblewrap (bwrap), found: ${cause.message}. Run: bench doctor.`,
          { cause },
        ),
      );
    });
    child.once('close', (code, signal) => {
      resolve({ stdout: stdout(), stderr: stderr(), exit: signal ?? `exit code ${code}` });
    });
  });
}

function interpret(ended: Ended, clock: { impatient: boolean; wallSeconds: number }): AttemptResult {
  const lines = ended.stdout.split('\n').filter((line) => line !== '');
  if (lines.length === 0) {
    const said = ended.stderr.trim().split('\n').at(-1) || 'it printed nothing';
    throw new SandboxError(`Expected bubblewrap to start the runner, it ended with ${ended.exit}: ${said}`, {
      retry: clock.impatient,
    });
  }
  const report = lines.length > 1 ? parseLine(lines[1] ?? '') : null;
  if (report === null) {
    return {
      kind: 'silent',
      ended: clock.impatient ? 'timed_out' : 'crashed',
      wallSeconds: clock.wallSeconds,
    };
  }
  if (report.type !== 'report')
    throw new SandboxError(`Expected a report of the runner, found ${report.type}.`);
  if (report.stopped === 'unkillable')
    throw new SandboxError('A candidate could not be killed.', { retry: true });
  return { kind: 'reported', report };
}

function parseLine(line: string): ReturnType<typeof parseSupervisorLine> | null {
  try {
    return parseSupervisorLine(line);
  } catch {
    return null;
  }
}
