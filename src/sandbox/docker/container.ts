import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import type Docker from 'dockerode';
import { SandboxError } from '../../core/errors.ts';
import { ContainerGone, type Container, type Wait } from '../lanes/container.ts';
import { parseSupervisorLine, type SupervisorMessage } from '../runner/protocol.ts';
import { explainEngine } from './engine.ts';

/**
 * Starts a created container and waits until its supervisor is ready. `firstLine` goes to what runs before it. The
 * container reads our end of its stdin: when this process dies, so does it.
 */
export async function startContainer(
  created: Docker.Container,
  options: { firstLine: string | null; wait: Wait },
): Promise<Container> {
  const attached = await attach(created);
  const line = createRequester(attached);
  const container: Container = {
    ended: attached.ended,
    kill: attached.kill,
    request: (request, wait) => line({ ...request, lifeline: true }, wait),
  };
  const ready = await line(options.firstLine, options.wait).catch(async (error: unknown) => {
    attached.kill();
    if (!(error instanceof ContainerGone)) throw error;
    throw new SandboxError(
      `Expected a container to start the runner, it ended with ${await attached.ended}: ${attached.errors() || 'it printed nothing'}`,
      { retry: error.impatient, cause: error },
    );
  });
  if (ready.type === 'ready') return container;
  attached.kill();
  throw new SandboxError(`Expected the runner to be ready, it said ${ready.type}.`);
}

interface Attached {
  readonly stdin: NodeJS.WritableStream;
  readonly lines: AsyncIterator<string, unknown>;
  readonly ended: Promise<string>;
  /** End of what it wrote to stderr. */
  readonly errors: () => string;
  readonly kill: () => void;
}

async function attach(created: Docker.Container): Promise<Attached> {
  try {
    const stream = await created.attach({
      stream: true,
      stdin: true,
      stdout: true,
      stderr: true,
      hijack: true,
    });
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    created.modem.demuxStream(stream, stdout, stderr);
    const over = (): void => void stdout.end();
    stream.on('end', over).on('close', over).on('error', over);
    const ended = waitForRemoval(created);
    await created.start();
    return {
      stdin: stream,
      lines: createInterface({ input: stdout })[Symbol.asyncIterator](),
      ended,
      errors: keepTail(stderr),
      kill: () => void created.remove({ force: true, v: true }).catch(() => undefined),
    };
  } catch (error) {
    await created.remove({ force: true, v: true }).catch(() => undefined);
    throw explainEngine(error, 'start a container');
  }
}

/** How it ended, for messages; also when the engine went away. */
async function waitForRemoval(created: Docker.Container): Promise<string> {
  try {
    const { StatusCode } = (await created.wait({ condition: 'removed' })) as { StatusCode: number };
    return `exit code ${StatusCode}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Sends lines and gives those that come back, one for one. */
function createRequester(attached: Attached) {
  return async (line: unknown, wait: Wait): Promise<SupervisorMessage> => {
    wait.signal.throwIfAborted();
    let impatient = false;
    const clock = setTimeout(() => {
      impatient = true;
      attached.kill();
    }, wait.patienceSeconds * 1000);
    const onAbort = (): void => attached.kill();
    wait.signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (line !== null) attached.stdin.write(typeof line === 'string' ? line : `${JSON.stringify(line)}\n`);
      const next = await attached.lines.next();
      wait.signal.throwIfAborted();
      if (next.done === true) throw new ContainerGone(await attached.ended, impatient);
      return parse(next.value);
    } finally {
      clearTimeout(clock);
      wait.signal.removeEventListener('abort', onAbort);
    }
  };
}

function parse(line: string): SupervisorMessage {
  try {
    return parseSupervisorLine(line);
  } catch (cause) {
    throw new SandboxError(`Expected a message of the runner, found ${JSON.stringify(line.slice(0, 200))}.`, {
      cause,
    });
  }
}

function keepTail(stream: PassThrough): () => string {
  let tail = '';
  stream.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString('utf8')).slice(-4096)));
  return () => tail.trim().split('\n').at(-1) ?? '';
}
