import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { createPlaceDataset } from '../../activities/placeDataset.ts';
import type { RunRequest } from '../../src/core/run.ts';
import { pinHubPath } from '../../src/dataset/hub.ts';
import { originalParquet } from '../../src/dataset/parquet/writeParquet.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { exampleRow } from './exampleRow.ts';

const commit = 'c'.repeat(40);
const files: Readonly<Record<string, Uint8Array>> = {
  'README.md': Buffer.from('# rows'),
  'django/test-00000-of-00002.parquet': originalParquet([exampleRow({ dp_id: 'a' })]),
  'django/test-00001-of-00002.parquet': originalParquet([exampleRow({ dp_id: 'b' })]),
  'sympy/test.jsonl': Buffer.from(`${JSON.stringify(exampleRow({ dp_id: 's' }))}\n`),
  'sympy/train.jsonl': Buffer.from('{}\n'),
};
const asked: string[] = [];
/** Answers of files that end in the middle. */
let cuts = 0;
let hasPublished = false;
const saved = { ...process.env };
let home = '';

/** The two routes of the hub that are used: a revision's files, and a file. */
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  const answer = (status: number, body: Uint8Array | string): void => {
    response.writeHead(status).end(body);
  };
  if (request.headers.authorization !== 'Bearer secret') return answer(401, '');
  const id = /^\/api\/datasets\/([^/]+\/[^/]+)\/revision\/(main|c{40})$/.exec(request.url ?? '')?.[1];
  if (id === 'me/rows' || (hasPublished && id === 'anonauthor/django_multi_task')) {
    const siblings = Object.keys(files).map((rfilename) => ({ rfilename }));
    return answer(200, JSON.stringify({ id, sha: commit, siblings }));
  }
  const file = new RegExp(`^/datasets/me/rows/resolve/${commit}/(.+)$`).exec(request.url ?? '')?.[1] ?? '';
  const bytes = files[decodeURIComponent(file)];
  if (bytes === undefined) return answer(404, '');
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const part = bytes.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': part.length });
  if (cuts === 0) return void response.end(part);
  cuts -= 1;
  response.write(part.subarray(0, part.length / 2), () => response.destroy());
});

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'triathlon-hub-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    BENCH_HOME: home,
    HF_ENDPOINT: `http://127.0.0.1:${port}/`,
    HF_TOKEN: 'secret',
  });
});
after(async () => {
  server.close();
  for (const name of ['BENCH_HOME', 'HF_ENDPOINT', 'HF_TOKEN', 'HF_HUB_OFFLINE', 'HF_HOME']) {
    if (saved[name] === undefined) delete process.env[name];
    else process.env[name] = saved[name];
  }
  await rm(home, { recursive: true, force: true });
});

const idsOf = async (path: string): Promise<string[]> =>
  (await readDataset(path)).rows.map(({ dp_id }) => dp_id);

test('A set on the hub is read from its parts, by configuration and at a revision, and downloaded once', async () => {
  assert.deepEqual(await idsOf('hf://me/rows:django'), ['a', 'b']);
  assert.deepEqual(await idsOf(`hf://me/rows:sympy@${commit}`), ['s']);
  asked.length = 0;
  assert.deepEqual(await idsOf('hf://me/rows:django'), ['a', 'b']);
  assert.deepEqual(asked, ['/api/datasets/me/rows/revision/main']);
  assert.equal(await pinHubPath('hf://me/rows:django'), `hf://me/rows:django@${commit}`);
});

test('A download from the hub that breaks off goes on where it was', async () => {
  process.env['HF_HOME'] = join(home, 'own');
  cuts = 3;
  assert.deepEqual(await idsOf('hf://me/rows:django'), ['a', 'b']);
  assert.equal(cuts, 0);
});

test('Offline a set is read as it was seen last, and one that is not kept is said to be missing', async () => {
  process.env['HF_HUB_OFFLINE'] = '1';
  asked.length = 0;
  assert.deepEqual(await idsOf('hf://me/rows:django'), ['a', 'b']);
  assert.deepEqual(await idsOf(`hf://me/rows:django@${commit}`), ['a', 'b']);
  assert.equal(await pinHubPath('hf://me/rows:django'), `hf://me/rows:django@${commit}`);
  await assert.rejects(
    readDataset('hf://me/other'),
    /HF_HUB_OFFLINE is set, and me\/other at main is not kept/,
  );
  assert.deepEqual(asked, []);
  delete process.env['HF_HUB_OFFLINE'];
  delete process.env['HF_HOME'];
});

test('Where no set is named, the published one is tried, then ours, and one line says which', async () => {
  const request = { unnamedDataset: true, outputFolder: home, name: 'new', datasetPath: '/set' };
  const placed = await createPlaceDataset()(request as unknown as RunRequest);
  assert.match(placed.request.datasetPath, /django-4\.0\.4\.jsonl\.\w+$/);
  assert.match(placed.notice ?? '', /^NOTE: data\.path is not set, and anonauthor.*STANDS IN/);
  hasPublished = true;
  const published = await createPlaceDataset()(request as unknown as RunRequest);
  hasPublished = false;
  assert.equal(published.request.datasetPath, `hf://anonauthor/django_multi_task@${commit}`);
  assert.match(published.notice ?? '', /^data\.path is not set: the published set is taken \(anonauthor/);
  const begun = { request: { datasetPath: '/the/old/one.jsonl' } };
  await mkdir(join(home, 'begun'));
  await writeFile(join(home, 'begun', 'run.json'), JSON.stringify(begun));
  const resumed = await createPlaceDataset()({ ...request, name: 'begun' } as unknown as RunRequest);
  assert.deepEqual([resumed.request.datasetPath, resumed.notice], ['/the/old/one.jsonl', null]);
});

test('What cannot be had is said with what to do: no token, no such set, several sets, no hub', async () => {
  await assert.rejects(
    readDataset('hf://me/rows'),
    /Expected one dataset, or the parts of one.*\nName a configuration/s,
  );
  await assert.rejects(readDataset('hf://me/none'), /there is no such dataset or revision/);
  delete process.env['HF_TOKEN'];
  await assert.rejects(readDataset('hf://me/rows'), /set HF_TOKEN/);
  process.env['HF_ENDPOINT'] = 'http://127.0.0.1:1';
  await assert.rejects(readDataset('hf://me/rows'), /does not answer.*\nSet HF_ENDPOINT/s);
});

test('A run takes a set at its commit; where the published one cannot be had, the shipped one stands in loudly', async () => {
  const place = (datasetPath: string) => createPlaceDataset()({ datasetPath } as RunRequest);
  const pinned = await place('hf://me/rows:django');
  assert.deepEqual([pinned.request.datasetPath, pinned.notice], [`hf://me/rows:django@${commit}`, null]);
  const local = await place('/rows.jsonl');
  assert.deepEqual([local.request.datasetPath, local.notice], ['/rows.jsonl', null]);
  const published = await place('hf://anonauthor/django_multi_task');
  assert.match(published.request.datasetPath, /django-4\.0\.4\.jsonl\.\w+$/);
  assert.match(
    published.notice ?? '',
    /^NOTE: anonauthor\/django_multi_task cannot be had.*STANDS IN.*do not compare/,
  );
  await assert.rejects(place('hf://me/none'), /no such dataset/);
});
