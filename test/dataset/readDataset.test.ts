import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DatasetError } from '../../src/core/errors.ts';
import { originalParquet } from '../../src/dataset/parquet/writeParquet.ts';
import { readDataset, refuseBadRows } from '../../src/dataset/readDataset.ts';
import { exampleRow } from './exampleRow.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'triathlon-dataset-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const two = [exampleRow(), exampleRow({ dp_id: 'pkg.a.A.g', idx: 1 })];
const lines = two.map((row) => JSON.stringify(row)).join('\n') + '\n';

test('The three file forms give the same rows, and packing does not change the digest', async () => {
  const plain = await readDataset(await write('a.jsonl', lines));
  const packed = await readDataset(await write('b.jsonl.gz', gzipSync(lines)));
  const list = await readDataset(await write('c.json', JSON.stringify(two)));
  assert.deepEqual(plain.rows, two);
  assert.deepEqual(packed.rows, two);
  assert.deepEqual(list.rows, two);
  assert.equal(plain.digest, packed.digest);
  assert.match(plain.digest, /^sha256:[0-9a-f]{64}$/);
  assert.notEqual(plain.digest, list.digest);
  assert.equal(packed.name, 'b');
});

test('Each form is read packed as it is plain, by gzip and by zstd', async () => {
  const forms = {
    jsonl: Buffer.from(lines),
    json: Buffer.from(JSON.stringify(two)),
    parquet: Buffer.from(originalParquet(two)),
  };
  for (const [ending, bytes] of Object.entries(forms)) {
    const plain = await readDataset(await write(`packed.${ending}`, bytes));
    for (const [packing, pack] of Object.entries({ gz: gzipSync, zst: zstdCompressSync })) {
      const packed = await readDataset(await write(`packed.${ending}.${packing}`, pack(bytes)));
      assert.deepEqual([packed.rows, packed.digest, packed.name], [plain.rows, plain.digest, 'packed']);
    }
    assert.deepEqual(
      plain.rows.map(({ dp_id }) => dp_id),
      two.map(({ dp_id }) => dp_id),
    );
  }
  await assert.rejects(
    readDataset(await write('cut.json.gz', gzipSync('[1, 2, 3]').subarray(0, 20))),
    /cut\.json\.gz: /,
  );
});

test('Broken rows are named by line and column, the good ones stay', async () => {
  const wrongType = JSON.stringify({ ...two[0], dp_id: 'x', idx: 'one' });
  const noTests = JSON.stringify({ ...two[0], dp_id: 'y', tests: { full_paths: [], time_test_norm: 1 } });
  const path = await write('bad.jsonl', `${lines}{"idx": \n\n${wrongType}\n${noTests}`);
  const dataset = await readDataset(path);
  assert.equal(dataset.rows.length, 2);
  assert.deepEqual(
    dataset.badRows.map((row) => row.line),
    [3, 5, 6],
  );
  assert.match(dataset.badRows[0]?.message ?? '', /^not JSON/);
  assert.match(dataset.badRows[1]?.message ?? '', /^idx: .*expected number/);
  assert.match(dataset.badRows[2]?.message ?? '', /^tests\.full_paths: /);
  assert.throws(() => refuseBadRows(dataset), /bad\.jsonl, line 3: not JSON.*2 more[\s\S]*--skip-bad-rows/);
});

test('Rows of the sibling set are read as rows of the suite, each level of hints as a row of its own', async () => {
  const sibling = [0, 2, 4].map((hint_level) => ({ prompt: 'p', extra_info: exampleRow(), hint_level }));
  const packed = { prompt: 'p', extra_info: JSON.stringify(exampleRow({ dp_id: 'q' })), hint_level: 1 };
  const wrong = { prompt: 'p', extra_info: exampleRow({ dp_id: 'r' }), hint_level: 5 };
  const all = [...sibling, packed, wrong].map((row) => JSON.stringify(row)).join('\n');
  const { rows, badRows } = await readDataset(await write('sibling.jsonl', all));
  assert.deepEqual(
    rows.map(({ dp_id, hint_level }) => [dp_id, hint_level]),
    [
      ['pkg.a.A.f', 0],
      ['pkg.a.A.f-hint2', 2],
      ['pkg.a.A.f-hint4', 4],
      ['q-hint1', 1],
    ],
  );
  assert.match(badRows[0]?.message ?? '', /^hint_level: /);
});

test('A row of 200 MB is named, with its size, and the others are read', async () => {
  const path = await write('long.jsonl', `{"idx": "${'x'.repeat(200 * 2 ** 20)}"}\n${lines}`);
  const { rows, badRows } = await readDataset(path);
  assert.equal(rows.length, 2);
  assert.deepEqual(badRows, [{ line: 1, message: 'row: expected at most 64 MiB, found 200 MiB' }]);
  const list = `[{"idx": "${'x'.repeat(200 * 2 ** 20)}"}, ${JSON.stringify(two[0])}]`;
  const read = await readDataset(await write('long.json', list));
  assert.deepEqual([read.rows.length, read.badRows], [1, badRows]);
});

test('Paths that leave the repository, lines outside the file and mixed-up tests are refused', async () => {
  const additions = {
    schema: 1,
    qualified_name: 'A.f',
    environment: `sha256:${'0'.repeat(64)}`,
    held_out_tests: ['tests.T.test_a'],
    expected_statuses: {},
    reference_seconds: { visible: 1, held_out: 1 },
    load_bearing: false,
    single_test: false,
    completion: { cut_line: 2 },
  } as const;
  const rows = [
    exampleRow({ file_path: '../a.py' }),
    exampleRow({ method: { ...exampleRow().method, global_method_body_index: [3, 99] } }),
    exampleRow({ triathlon: additions }),
  ];
  const dataset = await readDataset(
    await write('mixed.jsonl', rows.map((r) => JSON.stringify(r)).join('\n')),
  );
  const messages = dataset.badRows.map((row) => row.message);
  assert.match(messages[0] ?? '', /file_path: expected a relative path/);
  assert.match(messages[1] ?? '', /global_method_body_index: expected lines inside the file/);
  assert.match(messages[2] ?? '', /cut_line: expected a line in 3 … 5, found 2; .*also held out/);
});

test("The original's rows, without our additions and with columns we do not know, are accepted", async () => {
  const row = { ...exampleRow(), hint_level: 3, extra: { a: 1 }, class_doc: undefined };
  const dataset = await readDataset(await write('original.json', JSON.stringify([row])));
  assert.equal(dataset.badRows.length, 0);
  assert.equal((dataset.rows[0] as unknown as { hint_level: number }).hint_level, 3);
  assert.equal(dataset.rows[0]?.class_doc, null);
});

test('A missing file, an empty one, a strange one and a repeated dp_id each say what was found', async () => {
  const twice = await write('twice.jsonl', lines + JSON.stringify(two[0]));
  const cases: [string, RegExp][] = [
    [join(folder, 'nowhere.jsonl'), /There is no dataset at .*nowhere\.jsonl/],
    [await write('empty.jsonl', '\n'), /is empty/],
    [await write('empty.json', ''), /is empty/],
    [await write('strange.txt', 'x'), /expected a name ending in \.jsonl/],
    [await write('cut.jsonl.gz', gzipSync(lines).subarray(0, 60)), /Cannot read the dataset/],
    [await write('object.json', '{}'), /expected a list of rows, found object/],
    [twice, /lines 1 and 3 have the same dp_id "pkg\.a\.A\.f"/],
  ];
  for (const [path, message] of cases) {
    await assert.rejects(readDataset(path), (error: unknown) => {
      assert.ok(error instanceof DatasetError);
      assert.match(error.message, message);
      return true;
    });
  }
});

test('A folder stands for its only dataset file', async () => {
  const one = join(folder, 'one');
  await mkdir(one);
  await assert.rejects(readDataset(one), /found none/);
  await writeFile(join(one, 'README.md'), '');
  await writeFile(join(one, 'a.jsonl'), lines);
  assert.equal((await readDataset(one)).rows.length, 2);
  await writeFile(join(one, 'b.json'), '[]');
  await assert.rejects(readDataset(one), /found a\.jsonl, b\.json/);
});
