import type { Readable, Writable } from 'node:stream';
import { parseSupervisorLine, type SupervisorMessage } from '../runner/protocol.ts';
import { ContainerGone, type Container, type Wait } from './container.ts';

const lineBytes = 64 << 20;

export interface SupervisorStreams {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Ends everything in the container at once. */
  readonly kill: () => void;
  /** When all of it is gone: how it ended. Never rejects. */
  readonly ended: Promise<string>;
}

/** A container whose supervisor is reached by its stdin and stdout. Waits for its `ready`. */
export async function openContainer(streams: SupervisorStreams, wait: Wait): Promise<Container> {
  const nextLine = readLines(streams.stdout, streams.kill);
  // A container that has ended closes its stdin: its end says why.
  streams.stdin.on('error', () => undefined);
  const receive = async ({ patienceSeconds, signal }: Wait): Promise<SupervisorMessage> => {
    signal.throwIfAborted();
    let impatient = false;
    const clock = setTimeout(() => {
      impatient = true;
      streams.kill();
    }, patienceSeconds * 1000);
    signal.addEventListener('abort', streams.kill, { once: true });
    try {
      const line = await nextLine();
      if (line !== null && !signal.aborted) return parseLine(line, streams.kill);
      const how = await streams.ended;
      signal.throwIfAborted();
      throw new ContainerGone(how, impatient);
    } finally {
      clearTimeout(clock);
      signal.removeEventListener('abort', streams.kill);
    }
  };
  await receive(wait);
  return {
    request(line, waiting) {
      streams.stdin.write(`${JSON.stringify(line)}\n`);
      return receive(waiting);
    },
    kill: streams.kill,
    ended: streams.ended,
  };
}

function parseLine(line: string, kill: () => void): SupervisorMessage {
  try {
    return parseSupervisorLine(line);
  } catch {
    kill();
    throw new ContainerGone('what its supervisor said could not be read', false);
  }
}

/** Gives the lines of a stream one by one, null at its end. Who floods it is killed. */
function readLines(stream: Readable, kill: () => void): () => Promise<string | null> {
  const lines: string[] = [];
  let chunks: Buffer[] = [];
  let size = 0;
  let over = false;
  let waiting: ((line: string | null) => void) | null = null;
  const tell = (): void => {
    if (waiting === null || (lines.length === 0 && !over)) return;
    waiting(lines.shift() ?? null);
    waiting = null;
  };
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > lineBytes) return kill();
    chunks.push(chunk);
    if (!chunk.includes(10)) return;
    const parts = Buffer.concat(chunks).toString('utf8').split('\n');
    const rest = Buffer.from(parts.pop() ?? '');
    lines.push(...parts);
    chunks = [rest];
    size = rest.length;
    tell();
  });
  const finish = (): void => {
    over = true;
    tell();
  };
  stream.once('end', finish).once('close', finish).once('error', finish);
  return () =>
    new Promise((resolve) => {
      waiting = resolve;
      tell();
    });
}
