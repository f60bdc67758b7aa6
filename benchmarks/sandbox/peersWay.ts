import { posix } from 'node:path';
import type Docker from 'dockerode';
import type { PreparedEnvironment } from '../../src/ports/sandbox.ts';
import { pythonName } from '../../src/sandbox/bubblewrap/arguments.ts';
import type { Subject } from './subjects.ts';
import type { Way } from './ways.ts';

interface Peers {
  readonly engine: Docker;
  readonly image: string;
  readonly environment: PreparedEnvironment;
}

/** How others grade: a `docker run` per candidate, Django's own runtests.py in it, and its exit code is the verdict. */
export async function peersWay(peers: Peers): Promise<Way> {
  const networks = await peers.engine.listNetworks();
  const network = networks.some(({ Name }) => Name === 'bridge') ? 'bridge' : 'none';
  return {
    columns: [`docker run (network ${network})`, 'runtests.py, exit code', 'no'],
    open: (subject) => ({
      grade: () => gradeOnce(peers, network, subject),
      close: () => Promise.resolve(),
    }),
  };
}

async function gradeOnce(
  { engine, image, environment }: Peers,
  network: string,
  { unchecked: { filePath, fileContent, tests } }: Subject,
): Promise<void> {
  const python = posix.join('/bench/venv/bin', pythonName(environment));
  const path = posix.join('/bench/source', filePath);
  const created = await engine.createContainer({
    Image: image,
    // The candidate comes by stdin: it is in place before the tests are.
    Cmd: [
      ...['sh', '-c', 'cat > "$1"; shift; exec "$@"', 'sh', path],
      ...[python, 'runtests.py', '--settings=test_sqlite', '--parallel=1', ...tests],
    ],
    Env: ['PYTHONPATH=/bench/source'],
    WorkingDir: '/bench/source/tests',
    ...{ OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true },
    HostConfig: { NetworkMode: network, AutoRemove: true },
  });
  const ended = created.wait({ condition: 'removed' }) as Promise<{ StatusCode: number }>;
  const all = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
  const stream = await created.attach(all);
  let said = '';
  stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  await created.start();
  stream.end(fileContent);
  const { StatusCode: code } = await ended;
  if (code !== 0) throw new Error(`Expected a pass of runtests.py, found exit code ${code}: ${said}`);
}
