import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, SandboxError } from '../../src/core/errors.ts';
import type { PreparedEnvironment } from '../../src/ports/sandbox.ts';
import { createBubblewrapSandbox, createSandbox } from '../../src/sandbox/index.ts';
import { djangoEnvironment, requestWith, test } from './support/candidates.ts';
import { processesWith, sleeperNamed, until } from './support/processes.ts';

const never = new AbortController().signal;

describe('a sandbox from start to end', () => {
  let environment: PreparedEnvironment;
  before(async () => void (environment = await djangoEnvironment()));

  it('an abort kills the candidate and throws the reason', async () => {
    const marker = randomUUID();
    const sandbox = createBubblewrapSandbox({ slots: 1 });
    const cancel = new AbortController();
    const running = sandbox.run(await requestWith(environment, sleeperNamed(marker)), cancel.signal);
    const waiting = sandbox.run(await requestWith(environment, 'pass'), cancel.signal);
    running.catch(() => undefined);
    waiting.catch(() => undefined);
    await until(() => processesWith(marker).length > 0);
    cancel.abort(new Error('enough'));
    await assert.rejects(running, /enough/);
    await assert.rejects(waiting, /enough/);
    await until(() => processesWith(marker).length === 0, 2000);
    const after = await sandbox.run(await requestWith(environment, 'pass'), never);
    assert.equal(after.tests[test]?.status, 'passed');
    await sandbox.close();
  });

  it('closing ends what runs', async () => {
    const sandbox = createBubblewrapSandbox({ slots: 1 });
    const running = sandbox.run(await requestWith(environment, 'import time\ntime.sleep(99)'), never);
    running.catch(() => undefined);
    await sleep(300);
    await sandbox.close();
    await assert.rejects(running, /closed/);
  });

  for (const lane of ['strict', 'pre', 'full'] as const) {
    it(`kill -9 of the worker leaves no process behind in lane ${lane}`, async () => {
      const marker = randomUUID();
      const request = await requestWith(environment, sleeperNamed(marker), { lane });
      const index = new URL('../../src/sandbox/index.ts', import.meta.url).href;
      const script =
        `const { createBubblewrapSandbox } = await import(${JSON.stringify(index)});\n` +
        `let text = ''; for await (const chunk of process.stdin) text += chunk;\n` +
        `await createBubblewrapSandbox({ slots: 1 }).run(JSON.parse(text), new AbortController().signal);`;
      const worker = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['pipe', 'inherit', 'inherit'],
      });
      worker.stdin.end(JSON.stringify(request));
      await until(() => processesWith(marker).length > 0);
      worker.kill('SIGKILL');
      await until(() => processesWith(marker).length === 0, 5000);
    });
  }

  it('names a file that is not there, or not inside', async () => {
    const sandbox = createBubblewrapSandbox({ slots: 1 });
    for (const filePath of [
      'django/nothing.py',
      '../x.py',
      '/etc/passwd',
      'django',
      'a/../django/shortcuts.py',
    ]) {
      const request = await requestWith(environment, 'pass', { filePath });
      await assert.rejects(sandbox.run(request, never), SandboxError);
    }
  });

  it('gives the same report for the same candidate', async () => {
    const sandbox = createBubblewrapSandbox({ slots: 2 });
    const statements =
      "import os, tempfile, time, sys\nprint(os.getpid() and time.time() and 'done', hash('x'), file=sys.stderr)\n" +
      "raise ValueError(object(), tempfile.mkdtemp(), hash('y'), list({'a', 'b', 'c', 'd'}))";
    const reports = await Promise.all(
      [1, 2].map(async () => sandbox.run(await requestWith(environment, statements), never)),
    );
    const [one, two] = reports.map((report) => [report.output, report.tests[test]?.message]);
    assert.deepEqual(one, two);
    assert.match(one?.[1] ?? '', /object at 0x0>, '\/tmp\/x\/tmpx'/);
  });

  it('an unknown provider is refused with those that are there', () => {
    assert.throws(
      () => createSandbox('dokcer', { slots: 1 }),
      (error: unknown) => {
        return error instanceof ConfigError && /bubblewrap.*"dokcer"/.test(error.message);
      },
    );
  });
});
