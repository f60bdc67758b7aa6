import { PassThrough, type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { SandboxError } from '../../core/errors.ts';
import { ContainerGone, type Container, type Wait } from '../lanes/container.ts';
import { openContainer, type SupervisorStreams } from '../lanes/streamContainer.ts';
import { explainEngine } from './engine.ts';

const goodbyeMilliseconds = 10_000;

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
    const closed = new Promise<void>((resolve) => {
      for (const event of ['end', 'close', 'error']) stream.once(event, () => resolve());
    });
    void closed.then(() => stdout.end());
    const ended = endOf(created, closed);
    await created.start();
    const stdin = stream as unknown as Writable;
    return { stdin, stdout, ended, errors: keepLastLine(stderr), kill: () => void remove() };
  } catch (error) {
    await remove();
    throw explainEngine(error, 'start a container');
  }
}

/** How it ended, for messages. An engine that goes away never says; it is asked no longer than a while. */
async function endOf(created: Docker.Container, closed: Promise<void>): Promise<string> {
  const told = new AbortController();
  const lost = closed.then(() => sleep(goodbyeMilliseconds, 'the engine does not say how', told));
  const removed = created
    .wait({ condition: 'removed' })
    .then(({ StatusCode }: { StatusCode: number }) => `exit code ${StatusCode}`)
    .catch((error: Error) => error.message);
  const how = await Promise.race([removed, lost]);
  lost.catch(() => undefined);
  told.abort();
  return how;
}

function keepLastLine(stream: PassThrough): () => string {
  let tail = '';
  stream.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString('utf8')).slice(-4096)));
  return () => tail.trim().split('\n').at(-1) ?? '';
}
