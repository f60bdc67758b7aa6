import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { StorageError } from '../../src/core/errors.ts';
import { createS3Store } from '../../src/storage/s3Store.ts';
import { startFaultyProxy, type Asked, type FaultyProxy } from './faultyProxy.ts';
import { canStart, pointAt, serverKinds, startS3Server, type S3Server } from './s3Server.ts';

const body = JSON.stringify({ text: 'ü'.repeat(50_000) });

for (const kind of serverKinds) {
  describe(`a store on ${kind} behind a bad connection`, { skip: !canStart(kind) }, () => {
    let server: S3Server;
    let proxy: FaultyProxy;
    before(async () => {
      server = await startS3Server(kind);
      proxy = await startFaultyProxy(server.url);
      pointAt(proxy.url);
    });
    afterEach(() => proxy.choose(() => null));
    after(async () => {
      await proxy.stop();
      await server.stop();
    });
    const store = (name: string) => createS3Store(`s3://results/${kind}/${name}`);
    const puts = ({ method, path }: Asked): boolean => method === 'PUT' && path.includes('/turns/');

    test('writes all the same when the first two requests for each key are answered with 500', async () => {
      const run = store('broken');
      const times = new Map<string, number>();
      proxy.choose(({ path }) => {
        times.set(path, (times.get(path) ?? 0) + 1);
        return (times.get(path) ?? 0) > 2 ? null : { kind: 'answer', status: 500, code: 'InternalError' };
      });
      const keys = Array.from({ length: 20 }, (_, n) => `turns/${n}.json`);
      assert.deepEqual(
        await Promise.all(keys.map((key) => run.putOnce(key, body))),
        keys.map(() => true),
      );
      proxy.choose(() => null);
      assert.deepEqual(await run.list('turns'), keys.toSorted());
      for (const key of keys) assert.equal((await run.get(key))?.toString(), body);
    });

    test('knows its own write when only the answer was lost, and a claim of its own as well', async () => {
      const run = store('lost');
      await run.putOnce('first', '');
      const lost = new Set<string>();
      proxy.choose((asked) => {
        if (!puts(asked) || lost.has(asked.path)) return null;
        lost.add(asked.path);
        return { kind: 'lose_answer', status: 500, code: 'InternalError' };
      });
      assert.equal(await run.putOnce('turns/a.json', body), true);
      assert.equal((await run.claim('turns/b.json')).heldBefore, false);
      assert.equal(lost.size, 2);
      assert.equal(await run.putOnce('turns/a.json', 'other'), false);
      assert.equal((await run.claim('turns/b.json')).heldBefore, true);
    });

    test('is not misled by a probe whose answer was lost', async () => {
      pointAt(proxy.url);
      const lost = new Set<string>();
      proxy.choose(({ method, path }) => {
        if (method !== 'PUT' || lost.has(path)) return null;
        lost.add(path);
        return { kind: 'lose_answer', status: 503, code: 'SlowDown' };
      });
      assert.equal(await store('probe').putOnce('turns/a.json', body), true);
    });

    test('gives whole bodies or an error when they break off on the way', async () => {
      const run = store('cut');
      let cuts = 2;
      proxy.choose((asked) => (puts(asked) && (cuts -= 1) >= 0 ? { kind: 'cut_request' } : null));
      assert.equal(await run.putOnce('turns/a.json', body), true);
      cuts = 2;
      proxy.choose(({ method }) => (method === 'GET' && (cuts -= 1) >= 0 ? { kind: 'cut_answer' } : null));
      assert.equal((await run.get('turns/a.json'))?.toString(), body);
      proxy.choose(({ method }) => (method === 'GET' ? { kind: 'cut_answer' } : null));
      await assert.rejects(run.get('turns/a.json'), (error) => error instanceof StorageError && error.retry);
    });

    test('tries again when the server says that two wrote at once, and one of fifty wins', async () => {
      const run = store('conflict');
      proxy.choose((asked) =>
        puts(asked) && asked.number % 3 === 0
          ? { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' }
          : null,
      );
      const won = await Promise.all(
        Array.from({ length: 50 }, (_, n) => run.putOnce('turns/race', `value ${n}`)),
      );
      assert.equal(won.filter(Boolean).length, 1);
      assert.equal((await run.get('turns/race'))?.toString(), `value ${won.indexOf(true)}`);
    });

    test('waits for a slow server', async () => {
      const run = store('slow');
      proxy.choose(() => ({ kind: 'wait', milliseconds: 300 }));
      assert.equal(await run.putOnce('turns/a.json', body), true);
      assert.equal((await run.get('turns/a.json'))?.toString(), body);
    });

    test('replaces a large table although parts of it fail', async () => {
      const run = store('tables');
      const chunk = 'x'.repeat(1 << 20);
      proxy.choose(({ method, number }) =>
        method !== 'GET' && number % 3 === 0 ? { kind: 'answer', status: 503, code: 'SlowDown' } : null,
      );
      await run.replace(
        'results.jsonl',
        Array.from({ length: 12 }, () => chunk),
      );
      assert.equal((await run.get('results.jsonl'))?.length, 12 << 20);
    });

    test('says what to do about a region, expired credentials and missing rights', async () => {
      const cases = [
        [301, 'PermanentRedirect', /another region: set AWS_REGION/, false],
        [400, 'ExpiredToken', /have expired: renew them/, true],
        [403, 'AccessDenied', /Access denied.*s3:GetObject/, false],
      ] as const;
      for (const [status, code, words, retry] of cases) {
        proxy.choose(() => ({ kind: 'answer', status, code }));
        await assert.rejects(
          store('refused').list('turns'),
          (error) => error instanceof StorageError && words.test(error.message) && error.retry === retry,
        );
      }
    });
  });
}

test('A store that ignores conditional writes is refused, or used with one writer when that is asked for', async () => {
  // moto checks no signature, so that a header may get lost.
  const server = await startS3Server('moto');
  const proxy = await startFaultyProxy(server.url);
  pointAt(proxy.url);
  proxy.choose(() => ({ kind: 'ignore_condition' }));
  const url = 's3://results/unconditional';
  await assert.rejects(
    createS3Store(url).claim('run.json'),
    (error) =>
      error instanceof StorageError &&
      /ignores conditional writes.*\n.*storage\.allow_unconditional/.test(error.message) &&
      !error.retry,
  );
  const run = createS3Store(url, { allowUnconditional: true });
  assert.equal(await run.putOnce('turns/a.json', 'first'), true);
  assert.equal(await run.putOnce('turns/a.json', 'second'), false);
  assert.equal((await run.get('turns/a.json'))?.toString(), 'first');
  const claim = await run.claim('turns/b.json');
  assert.equal((await run.claim('turns/b.json')).heldBefore, true);
  await claim.release();
  await proxy.stop();
  await server.stop();
});
