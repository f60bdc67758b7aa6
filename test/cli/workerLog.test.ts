import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorkerLog, readable, withoutSecrets } from '../../src/cli/workerLog.ts';

test("A worker's log is a line of JSON per message, with run, item and turn, and without keys", async () => {
  const home = await mkdtemp(join(tmpdir(), 'triathlon-log-'));
  const saved = process.env['BENCH_HOME'];
  Object.assign(process.env, { BENCH_HOME: home, MODEL_API_KEY: 'very"secret"key-123' });
  try {
    const log = await openWorkerLog(false);
    log.logger.warn('the endpoint said very"secret"key-123', {
      run: 'r',
      item: 'i',
      turn: 2,
      taskToken: 'x',
    });
    log.logger.info('not said');
    log.close();
    let text = '';
    while (text === '') {
      text = await readFile(log.file, 'utf8').catch(() => '');
      await sleep(5);
    }
    const { level, run, item, turn, msg, taskToken } = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual([level, run, item, turn, taskToken], [40, 'r', 'i', 2, undefined]);
    assert.equal(msg, 'the endpoint said [secret]');
    assert.match(readable(text), /^\d\d:\d\d:\d\d warn the endpoint said \[secret\] run=r item=i turn=2\n$/);
  } finally {
    delete process.env['MODEL_API_KEY'];
    if (saved === undefined) delete process.env['BENCH_HOME'];
    else process.env['BENCH_HOME'] = saved;
    await rm(home, { recursive: true, force: true });
  }
});

test('Values of headers and passwords in addresses are left out as well', () => {
  const environment = {
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=team,authorization=Bearer%20abcdefghij',
    HTTPS_PROXY: 'http://me:long-password@proxy:3128',
  };
  const line = 'refused: Bearer abcdefghij by http://me:long-password@proxy:3128 of team';
  assert.equal(
    withoutSecrets(line, environment),
    'refused: Bearer [secret] by http://me:[secret]@proxy:3128 of team',
  );
});

test('Only variables that are called a key are left out, and only what is long enough to be one', () => {
  const environment = { A_KEY: 'abcdefgh', TOKEN: 'short', HOME: '/root/home' };
  assert.equal(withoutSecrets('abcdefgh short /root/home', environment), '[secret] short /root/home');
});
