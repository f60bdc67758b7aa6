import { posix, relative } from 'node:path';
import tar from 'tar-fs';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';

/** What an image is built from, as a tar stream: the Dockerfile, the source tree, the installed packages, the runner. */
export function packContext(parts: {
  environment: PreparedEnvironment;
  runner: string;
  dockerfile: string;
}): NodeJS.ReadableStream {
  const { environment, runner, dockerfile } = parts;
  const runnerPath = relative(environment.root, runner);
  const pack = tar.pack(environment.root, {
    entries: ['source', 'venv/lib', runnerPath],
    map(header) {
      const { name } = header;
      const below = posix.relative(runnerPath, name);
      if (!below.startsWith('..')) header.name = posix.join('runner', below);
      // Nobody but root may own what a candidate must not change.
      header.uid = 0;
      header.gid = 0;
      header.mode = ((header.mode ?? 0) | 0o444 | ((header.mode ?? 0) & 0o100 ? 0o111 : 0)) & ~0o022;
      return header;
    },
    finalize: false,
    finish: (stream) => {
      stream.entry({ name: 'Dockerfile' }, dockerfile);
      stream.finalize();
    },
  });
  return pack;
}
