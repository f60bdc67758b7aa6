import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { SandboxError } from '../../../src/core/errors.ts';
import { explainBuild } from '../../../src/sandbox/docker/explainBuild.ts';
import { explainEngine } from '../../../src/sandbox/docker/engine.ts';
import { createDockerSandbox, dockerAnswers } from '../../../src/sandbox/index.ts';

const healthy = {
  OSType: 'linux',
  Architecture: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
  SecurityOptions: ['name=seccomp,profile=default'],
  MemoryLimit: true,
  PidsLimit: true,
  CpuCfsQuota: true,
};

/** What `use` gives where this engine listens; none when null. */
async function withEngineAt<T>(engine: RequestListener | null, use: () => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-engine-'));
  const before = process.env['DOCKER_HOST'];
  process.env['DOCKER_HOST'] = `unix://${folder}/docker.sock`;
  const server = engine === null ? null : createServer(engine);
  try {
    await new Promise<void>((resolve) =>
      server === null ? resolve() : server.listen(join(folder, 'docker.sock'), resolve),
    );
    return await use();
  } finally {
    server?.closeAllConnections();
    server?.close();
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

function saying(info: unknown): RequestListener {
  return (_, answer) => void answer.setHeader('content-type', 'application/json').end(JSON.stringify(info));
}

const check = (): Promise<void> => createDockerSandbox({ slots: 1 }).check();

describe('an engine', () => {
  it('answers when it isolates', async () => {
    assert.equal(await withEngineAt(saying(healthy), dockerAnswers), true);
  });

  it('does not answer when there is none, and the error says what to do', async () => {
    assert.equal(await withEngineAt(null, dockerAnswers), false);
    await withEngineAt(null, () =>
      assert.rejects(
        check(),
        (error: unknown) =>
          error instanceof SandboxError && /found none \(ENOENT\).*Start it/s.test(error.message),
      ),
    );
  });

  it('is refused when it cannot limit or filter, or runs another kind of machine', async () => {
    const weak = { ...healthy, PidsLimit: false, SecurityOptions: [], Architecture: 's390x' };
    assert.equal(await withEngineAt(saying(weak), dockerAnswers), false);
    await withEngineAt(saying(weak), () =>
      assert.rejects(check(), /filter system calls.*number of processes.*runs on s390x/s),
    );
  });

  it('that cannot be reached for want of a right is told from one that is not there', () => {
    const denied = Object.assign(new Error('connect EACCES /var/run/docker.sock'), { code: 'EACCES' });
    assert.match(explainEngine(denied, 'answer').message, /permission denied.*usermod -aG docker/s);
  });

  it('that refuses a limit is quoted', () => {
    const refused = Object.assign(new Error('(HTTP code 400) bad parameter - NanoCPUs'), { statusCode: 400 });
    const { message, retry } = explainEngine(refused, 'make a container as it must be');
    assert.match(message, /make a container as it must be, it says: .*NanoCPUs/);
    assert.equal(retry, false);
  });
});

describe('a build that fails', () => {
  const build = { baseImage: 'debian:12', python: 'python3.11', tag: 'triathlon-django:abc' };
  const explained = (message: string): string => explainBuild(new Error(message), build).message;

  it('says whether the base image or its Python is missing', () => {
    assert.match(explained('pull access denied for debian'), /base image debian:12.*BENCH_BASE_IMAGE/s);
    assert.match(
      explained("The command '/bin/sh -c set -eu; home=…' returned a non-zero code: 127"),
      /python3\.11.*debian:12.*BENCH_BASE_IMAGE/s,
    );
    assert.match(explained('no space left on device'), /could not be built.*no space left/);
  });
});
