import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { docker } from '../../setup/needs/docker.js';
import type { Check } from '../../setup/types.d.ts';

/** What doctor finds where this engine listens. */
async function findAt(engine: RequestListener | null): Promise<Check> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-engine-'));
  const socket = join(folder, 'docker.sock');
  const before = process.env['DOCKER_HOST'];
  process.env['DOCKER_HOST'] = `unix://${socket}`;
  const server = engine === null ? null : createServer(engine);
  try {
    if (server !== null) await new Promise<void>((resolve) => server.listen(socket, resolve));
    return await docker.check({ thorough: true });
  } finally {
    server?.close();
    if (before === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a Docker engine that answers is found with its version', async () => {
  const found = await findAt((_, answer) => void answer.end('{"Version":"27.1.0"}'));
  assert.equal(found.works, true);
  assert.match(found.detail, /^engine 27\.1\.0 answers at .*docker\.sock$/);
});

test('no engine, and something else than an engine, are told apart', async () => {
  const absent = await findAt(null);
  assert.equal(absent.works, false);
  assert.match(absent.detail, /no engine answers at .*docker\.sock \(there is no such socket\)/);
  assert.match((await findAt((_, answer) => void answer.end('hello'))).detail, /something else than JSON/);
  assert.match((await findAt((_, answer) => void answer.end('{}'))).detail, /without a version/);
});
