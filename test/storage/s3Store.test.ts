import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { StorageError } from '../../src/core/errors.ts';
import { createS3Store } from '../../src/storage/s3Store.ts';
import { canStart, pointAt, serverKinds, startS3Server, type S3Server } from './s3Server.ts';

const isStorageError =
  (words: RegExp, retry: boolean) =>
  (error: unknown): boolean =>
    error instanceof StorageError && words.test(error.message) && error.retry === retry;

for (const kind of serverKinds)
  describe(`a store in a bucket of ${kind}`, { skip: !canStart(kind) }, () => {
    let server: S3Server;
    before(async () => void (server = await startS3Server(kind)));
    after(() => server.stop());
    const store = (prefix: string) => createS3Store(`s3://results/${prefix}`);

    test('gives back what was put, and null for what was not, under keys with spaces and letters of any script', async () => {
      const one = store('run ü/one');
      assert.equal(await one.get('turns/a.json'), null);
      assert.equal(await one.putOnce('turns/é ü/a.json', 'text'), true);
      assert.equal((await one.get('turns/é ü/a.json'))?.toString(), 'text');
      await one.putOnce('turns/a+b %41 #?&=/日本.json', '');
      assert.deepEqual(await one.list('turns'), ['turns/a+b %41 #?&=/日本.json', 'turns/é ü/a.json']);
      assert.equal((await one.get('turns/a+b %41 #?&=/日本.json'))?.toString(), '');
    });

    test('has one winner when fifty write the same key at once, and the winner is what is read', async () => {
      const race = store('race');
      const won = await Promise.all(Array.from({ length: 50 }, (_, n) => race.putOnce('key', String(n))));
      assert.equal(won.filter(Boolean).length, 1);
      assert.equal((await race.get('key'))?.toString(), String(won.indexOf(true)));
    });

    test('tells that a key was claimed before and never released, and lists no claims', async () => {
      const run = store('claims');
      const first = await run.claim('turns/a.json');
      assert.equal(first.heldBefore, false);
      assert.equal((await run.claim('turns/a.json')).heldBefore, true);
      assert.deepEqual(await run.list('turns'), []);
      await first.release();
      assert.equal((await run.claim('turns/a.json')).heldBefore, false);
    });

    test('replaces a derived file as a whole, in parts when it is large', async () => {
      const run = store('tables');
      const chunk = 'x'.repeat(1 << 20);
      await run.replace('results.jsonl', ['old']);
      await run.replace(
        'results.jsonl',
        Array.from({ length: 12 }, () => chunk),
      );
      assert.equal((await run.get('results.jsonl'))?.length, 12 << 20);
    });

    test('lists more keys than one page holds, sorted, those below the folder only', async () => {
      const run = store('many');
      const names = Array.from({ length: 1100 }, (_, n) => `outcomes/${String(n).padStart(5, '0')}.json`);
      await run.putOnce('outcomes-not/x.json', '');
      for (let from = 0; from < names.length; from += 50) {
        await Promise.all(names.slice(from, from + 50).map((name) => run.putOnce(name, '{}')));
      }
      assert.deepEqual(await run.list('outcomes'), names);
    });

    test('says that there is no such bucket, and does not try again', async () => {
      const nowhere = createS3Store('s3://nowhere/run');
      await assert.rejects(nowhere.putOnce('a', ''), isStorageError(/no such bucket/, false));
    });
  });

/** A server that answers every request alike. */
async function answering(
  status: number,
  body: string,
  t: { after: (work: () => void) => void },
): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => void server.close());
  pointAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const failure = (code: string): string =>
  `<?xml version="1.0"?><Error><Code>${code}</Code><Message>m</Message></Error>`;

describe('a store whose server', () => {
  const cases: readonly (readonly [
    what: string,
    status: number,
    body: string,
    words: RegExp,
    retry: boolean,
  ])[] = [
    ['denies access', 403, failure('AccessDenied'), /Access denied.*s3:PutObject|Access denied/, false],
    ['says that the credentials expired', 400, failure('ExpiredToken'), /have expired/, true],
    ['lives in another region', 301, failure('PermanentRedirect'), /AWS_REGION/, false],
    ['is broken', 500, failure('InternalError'), /InternalError/, true],
  ];
  for (const [what, status, body, words, retry] of cases) {
    test(`${what} is told so`, async (t) => {
      await answering(status, body, t);
      await assert.rejects(createS3Store('s3://results/x').putOnce('a', ''), isStorageError(words, retry));
    });
  }

  test('ignores conditional writes is refused before anything is kept there', async (t) => {
    await answering(200, '', t);
    await assert.rejects(
      createS3Store('s3://results/x').claim('run.json'),
      isStorageError(/ignores conditional writes/, false),
    );
  });

  test('is away is waited for', async () => {
    pointAt('http://127.0.0.1:1');
    await assert.rejects(createS3Store('s3://results/x').get('a'), isStorageError(/ECONNREFUSED/, true));
  });
});
