import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { cachedCli, findTemporalCli } from '../../setup/temporalCli.js';
import { startTimeOf } from '../../setup/processIdentity.js';
import { freePort } from '../../src/temporal/ports.ts';
import { devServerStatus, startDevServer, stopDevServer } from '../../src/temporal/devServer.ts';

const run = promisify(execFile);
const original = { ...process.env };
let home: string;

describe('the embedded Temporal server', () => {
  before(async () => {
    const cli = await findTemporalCli();
    assert.ok(cli, `no Temporal CLI; expected one at ${cachedCli().binary}`);
    process.env['BENCH_TEMPORAL_CLI'] = cli.path;
  });
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'bench-server-'));
    process.env['BENCH_HOME'] = home;
  });
  afterEach(async () => {
    await stopDevServer();
    await rm(home, { recursive: true, force: true });
  });
  after(() => {
    process.env = original;
  });

  test('answers when start returns, is joined by the next start, and is gone after stop', async () => {
    assert.deepEqual(await devServerStatus(), { state: 'stopped' });
    const server = await startDevServer();
    assert.equal(server.joined, false);
    const connection = await Connection.connect({ address: server.address });
    const described = await connection.workflowService.describeNamespace({ namespace: server.namespace });
    await connection.close();
    assert.equal(Number(described.config?.workflowExecutionRetentionTtl?.seconds), 7 * 24 * 3600);
    assert.match(await (await fetch(server.uiUrl)).text(), /<html/i);
    const again = await startDevServer();
    assert.deepEqual(again, { ...server, joined: true });
    assert.equal((await devServerStatus()).state, 'running');
    assert.equal(await stopDevServer(), true);
    assert.equal(await stopDevServer(), false);
    assert.deepEqual(await devServerStatus(), { state: 'stopped' });
    await assert.rejects(fetch(server.uiUrl));
  });

  test('comes back after kill -9 on the same ports with the same histories', async () => {
    // Ports of its own: a test beside this one would take the default ones in between.
    const [port, uiPort] = [await freePort([]), await freePort([])];
    const first = await startDevServer({ port, uiPort });
    const connection = await Connection.connect({ address: first.address });
    const client = new Client({ connection });
    await client.workflow.start('nobody', { taskQueue: 'nowhere', workflowId: 'kept' });
    await connection.close();
    process.kill(first.pid, 'SIGKILL');
    const second = await startDevServer();
    assert.equal(second.joined, false);
    assert.notEqual(second.pid, first.pid);
    const { address, uiUrl, database } = first;
    assert.deepEqual(
      { address: second.address, uiUrl: second.uiUrl, database: second.database },
      { address, uiUrl, database },
    );
    const later = await Connection.connect({ address: second.address });
    const description = await new Client({ connection: later }).workflow.getHandle('kept').describe();
    await later.close();
    assert.equal(description.status.name, 'RUNNING');
  });

  test('leaves a port that a stranger holds to the stranger', async () => {
    const first = await startDevServer();
    await stopDevServer();
    const port = Number(first.address.split(':')[1]);
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    try {
      const second = await startDevServer();
      assert.notEqual(second.address, first.address);
      assert.equal(stranger.listening, true);
      await assert.rejects(startDevServer({ port }), /already runs at 127\.0\.0\.1/);
      await stopDevServer();
      await assert.rejects(startDevServer({ port }), /another program listens on it/);
    } finally {
      stranger.close();
    }
  });

  test('starts anew where a stranger takes a port between the look and the start, and is gone again', async () => {
    const before = process.env['BENCH_TEMPORAL_CLI'] ?? '';
    const taken = join(home, 'taken');
    const steal = `
      const [port, ...command] = process.argv.slice(2);
      const run = () => require('node:child_process').spawnSync(command[0], command.slice(1), { stdio: 'inherit' });
      require('node:net').createServer().listen(Number(port), '127.0.0.1', () => process.exit(run().status ?? 1));
    `;
    // In front of the real CLI: the first start finds the Web UI's port taken.
    const wrapper = `#!/bin/sh
      if [ "$1" != server ] || [ -e ${taken} ]; then exec ${before} "$@"; fi
      cat > ${taken} <<'END'
${steal}
END
      for word in "$@"; do [ "$last" != --ui-port ] || port=$word; last=$word; done
      exec ${process.execPath} ${taken} "$port" ${before} "$@"
    `;
    const path = join(home, 'cli');
    await writeFile(path, wrapper, { mode: 0o755 });
    process.env['BENCH_TEMPORAL_CLI'] = path;
    try {
      const server = await startDevServer();
      assert.match(await readFile(join(home, 'server', 'temporal.log'), 'utf8'), /address already in use/);
      assert.equal((await fetch(server.uiUrl)).status, 200);
    } finally {
      process.env['BENCH_TEMPORAL_CLI'] = before;
    }
  });

  test('is one server when several processes start it at once', async () => {
    const module = join(import.meta.dirname, '../../src/temporal/devServer.ts');
    const code = `const { startDevServer } = await import(${JSON.stringify(module)});
      console.log(JSON.stringify(await startDevServer()));`;
    const starters = [1, 2, 3].map(() => run(process.execPath, ['--input-type=module', '-e', code]));
    const servers = (await Promise.all(starters)).map(({ stdout }) => JSON.parse(stdout));
    assert.equal(new Set(servers.map((server) => server.pid)).size, 1);
    assert.equal(servers.filter((server) => !server.joined).length, 1);
  });

  test('is another server in another BENCH_HOME', async () => {
    const first = await startDevServer();
    const otherHome = await mkdtemp(join(tmpdir(), 'bench-server-'));
    process.env['BENCH_HOME'] = otherHome;
    const second = await startDevServer();
    assert.notEqual(second.address, first.address);
    assert.notEqual(second.database, first.database);
    await stopDevServer();
    await rm(otherHome, { recursive: true, force: true });
    process.env['BENCH_HOME'] = home;
    assert.equal((await devServerStatus()).state, 'running');
  });

  test('never stops a process that merely got the recorded id', async () => {
    await startDevServer();
    await stopDevServer();
    const stranger = spawn('sleep', ['60']);
    try {
      const file = join(home, 'server', 'state.json');
      const state = JSON.parse(await readFile(file, 'utf8'));
      await writeFile(file, JSON.stringify({ ...state, pid: stranger.pid }));
      assert.deepEqual(await devServerStatus(), { state: 'stopped' });
      assert.equal(await stopDevServer(), false);
      assert.equal(stranger.exitCode, null);
    } finally {
      stranger.kill();
    }
  });

  test('keeps a database whose server was started by a process that died before it was ready', async () => {
    const first = await startDevServer();
    await rm(`${first.database}.ready`);
    assert.equal((await startDevServer()).joined, true);
    await stat(`${first.database}.ready`);
  });

  test('makes a database anew whose making was interrupted', async () => {
    const first = await startDevServer();
    await stopDevServer();
    await rm(`${first.database}.ready`);
    await writeFile(first.database, '');
    for (const suffix of ['-wal', '-shm']) await rm(first.database + suffix, { force: true });
    assert.equal((await startDevServer()).joined, false);
  });

  test('is ended and started anew when it runs but answers no more', async () => {
    const first = await startDevServer();
    process.kill(first.pid, 'SIGSTOP');
    // Its threads stop one by one: until the last has, it may still answer.
    while ((await devServerStatus()).state !== 'unresponsive') await sleep(100);
    const second = await startDevServer({ patienceSeconds: 0 });
    assert.notEqual(second.pid, first.pid);
    assert.equal(startTimeOf(first.pid), null);
  });

  test('says what is missing when there is no usable CLI', async () => {
    const before = process.env['BENCH_TEMPORAL_CLI'];
    try {
      process.env['BENCH_TEMPORAL_CLI'] = '/bin/true';
      await assert.rejects(startDevServer(), /\/bin\/true \(BENCH_TEMPORAL_CLI\) is not a Temporal CLI/);
    } finally {
      process.env['BENCH_TEMPORAL_CLI'] = before;
    }
  });
});
