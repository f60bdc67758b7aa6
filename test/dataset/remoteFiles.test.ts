import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { originalParquet } from '../../src/dataset/parquet/writeParquet.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { createS3Store } from '../../src/storage/s3Store.ts';
import { startFaultyProxy } from '../storage/faultyProxy.ts';
import { pointAt, startS3Server, type S3Server } from '../storage/s3Server.ts';
import { exampleRow } from './exampleRow.ts';

const rows = Array.from({ length: 400 }, (_, idx) =>
  exampleRow({ idx, dp_id: `row_${createHash('sha256').update(String(idx)).digest('hex')}` }),
);
const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const bytes = gzipSync(lines, { level: 1 });
const digest = `sha256:${createHash('sha256').update(lines).digest('hex')}`;
const saved = process.env['BENCH_HOME'];
let home = '';

before(() => {
  // Test tools lie in the machine's own home.
  process.env['BENCH_HOME'] = saved ?? '';
  if (saved === undefined) delete process.env['BENCH_HOME'];
});
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'triathlon-remote-'));
});
after(() => {
  if (saved === undefined) delete process.env['BENCH_HOME'];
  else process.env['BENCH_HOME'] = saved;
});

/** With a home of its own. */
async function athome<T>(work: () => Promise<T>): Promise<T> {
  process.env['BENCH_HOME'] = home;
  try {
    return await work();
  } finally {
    if (saved === undefined) delete process.env['BENCH_HOME'];
    else process.env['BENCH_HOME'] = saved;
    await rm(home, { recursive: true, force: true });
  }
}

interface Web {
  readonly url: string;
  readonly asked: string[];
  tag: string;
  /** Answers that end in the middle. */
  cuts: number;
}

/** A web server with one file, which can break off, give parts, and change its file. */
async function startWeb(t: { after: (work: () => void) => void }): Promise<Web> {
  const web: Web = { url: '', asked: [], tag: '"one"', cuts: 0 };
  const server = createServer((request, response) => {
    web.asked.push(`${request.method} ${request.headers.range ?? ''}`.trim());
    if (request.url !== '/rows.jsonl.gz') return void response.writeHead(404).end();
    const from =
      request.headers['if-range'] === web.tag
        ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
        : 0;
    const part = bytes.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { etag: web.tag, 'content-length': part.length });
    if (request.method === 'HEAD') return void response.end();
    if (web.cuts === 0) return void response.end(part);
    web.cuts -= 1;
    response.write(part.subarray(0, part.length / 2), () => response.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => void server.close());
  return Object.assign(web, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

test('A set on the web is brought here once, and again when its server says that it changed', async (t) => {
  const web = await startWeb(t);
  const url = `${web.url}/rows.jsonl.gz`;
  await athome(async () => {
    const dataset = await readDataset(url);
    assert.deepEqual([dataset.rows.length, dataset.digest, dataset.path], [400, digest, url]);
    await readDataset(url);
    assert.deepEqual(web.asked, ['HEAD', 'GET', 'HEAD']);
    web.tag = '"two"';
    await readDataset(url);
    assert.deepEqual(web.asked.slice(3), ['HEAD', 'GET']);
  });
});

test('A download that breaks off goes on where it was, and is begun anew when the file has changed meanwhile', async (t) => {
  const web = await startWeb(t);
  web.cuts = 2;
  await athome(async () => {
    assert.equal((await readDataset(`${web.url}/rows.jsonl.gz`)).digest, digest);
  });
  assert.equal(web.asked.filter((line) => /^GET bytes=[1-9]/.test(line)).length, 2);
  web.cuts = 9;
  const whole = web.asked.length;
  home = await mkdtemp(join(tmpdir(), 'triathlon-remote-'));
  await athome(async () => {
    const reading = readDataset(`${web.url}/rows.jsonl.gz`);
    while (web.asked.length < whole + 2) await new Promise((resolve) => setTimeout(resolve, 5));
    web.tag = '"two"';
    web.cuts = 0;
    assert.equal((await reading).digest, digest);
  });
});

test('What is not there, and what does not answer, is said in words', async (t) => {
  const web = await startWeb(t);
  await assert.rejects(
    readDataset(`${web.url}/none.jsonl`),
    /none\.jsonl cannot be had: there is no such file/,
  );
  await assert.rejects(readDataset('http://127.0.0.1:1/rows.jsonl'), /127\.0\.0\.1:1 does not answer/);
  await assert.rejects(readDataset('http://me:word@127.0.0.1:1/rows.jsonl'), /holds a password/);
});

describe('A set in a bucket', () => {
  let server: S3Server;
  before(async () => {
    server = await startS3Server();
    const store = createS3Store('s3://results/sets of ü');
    await store.putOnce('one/rows.jsonl.gz', bytes);
    for (const [index, id] of ['a', 'b'].entries()) {
      const part = Buffer.from(originalParquet([exampleRow({ dp_id: id })]));
      await store.putOnce(`parts/test-0000${index}-of-00002.parquet`, part);
    }
    await store.putOnce('rows #1 + 100 % ?日本.jsonl', lines);
    await store.putOnce('both/x.jsonl', lines);
    await store.putOnce('both/y.jsonl', lines);
  });
  after(() => server.stop());

  test('is read by its file, by its folder, and from its parts', async () => {
    await athome(async () => {
      const url = 's3://results/sets of ü/one';
      assert.equal((await readDataset(`${url}/rows.jsonl.gz`)).digest, digest);
      assert.equal((await readDataset(url)).digest, digest);
      assert.equal((await readDataset('s3://results/sets of ü/rows #1 + 100 % ?日本.jsonl')).digest, digest);
      const parts = await readDataset('s3://results/sets of ü/parts/');
      assert.deepEqual(
        parts.rows.map(({ dp_id }) => dp_id),
        ['a', 'b'],
      );
    });
  });

  test('goes on where the download broke off', async () => {
    const proxy = await startFaultyProxy(server.url);
    pointAt(proxy.url);
    let cuts = 2;
    proxy.choose(({ method }) => (method === 'GET' && (cuts -= 1) >= 0 ? { kind: 'cut_answer' } : null));
    await athome(async () => {
      assert.equal((await readDataset('s3://results/sets of ü/one/rows.jsonl.gz')).digest, digest);
    });
    assert.equal(proxy.asked.filter(({ method }) => method === 'GET').length, 3);
    await proxy.stop();
    pointAt(server.url);
  });

  test('that is not there, or is several, is said in words', async () => {
    await assert.rejects(
      readDataset('s3://results/sets/no.jsonl'),
      /There is no file s3:.*no\.jsonl: correct data/,
    );
    await assert.rejects(readDataset('s3://results/none'), /Expected exactly one dataset file.*found none/);
    await assert.rejects(readDataset('s3://results/sets of ü/both'), /found x\.jsonl, y\.jsonl/);
    await assert.rejects(readDataset('s3://nowhere/set'), /There is no such bucket/);
  });
});
