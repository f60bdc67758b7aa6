import { PassThrough, type Writable } from 'node:stream';
import type Docker from 'dockerode';
import { SandboxError } from '../../core/errors.ts';
import { ContainerGone, type Container, type Wait } from '../lanes/container.ts';
import { openContainer, type SupervisorStreams } from '../lanes/streamContainer.ts';
import { explainEngine } from './engine.ts';

/**
 * Starts a created container and waits until its supervisor is ready. `firstLine` goes to what runs before it. The
 * container reads our end of its stdin: when this process dies, so does it.
 */
export async function startContainer(
  created: Docker.Container,
  { firstLine, wait }: { firstLine: string | null; wait: Wait },
): Promise<Container> {
  const { errors, ...streams } = await attach(created);
  try {
    if (firstLine !== null) streams.stdin.write(firstLine);
    return await openContainer(streams, wait);
  } catch (error) {
    streams.kill();
    if (!(error instanceof ContainerGone)) throw error;
    throw new SandboxError(
      `Expected a container to start the runner, it ended with ${await streams.ended}: ${errors() || 'it printed nothing'}`,
      { retry: error.impatient, cause: error },
    );
  }
}

/** `errors`: the last line that it wrote to stderr. */
async function attach(created: Docker.Container): Promise<SupervisorStreams & { errors: () => string }> {
  const remove = (): Promise<unknown> => created.remove({ force: true, v: true }).catch(() => undefined);
  try {
    const all = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
    const stream = await created.attach(all);
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    created.modem.demuxStream(stream, stdout, stderr);
    const finish = (): void => void stdout.end();
    stream.on('end', finish).on('close', finish).on('error', finish);
    const ended = waitForRemoval(created);
    await created.start();
    const stdin = stream as unknown as Writable;
    return { stdin, stdout, ended, errors: keepLastLine(stderr), kill: () => void remove() };
  } catch (error) {
    await remove();
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

function keepLastLine(stream: PassThrough): () => string {
  let tail = '';
  stream.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString('utf8')).slice(-4096)));
  return () => tail.trim().split('\n').at(-1) ?? '';
}
