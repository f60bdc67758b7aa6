import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { loadPromptTexts } from '../../src/config/promptTexts.ts';
import { resourcePath } from '../../src/config/resources.ts';
import { referenceMethod, replaceMethod } from '../../src/core/rowHelpers.ts';
import { composeDatasheet } from '../../src/dataset/datasheet.ts';
import type { DatasetHeader } from '../../src/dataset/datasetHeader.ts';
import { diffDatasets } from '../../src/dataset/diffDatasets.ts';
import { exportPrompts, originalRows } from '../../src/dataset/exportRows.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import type { Dataset } from '../../src/dataset/readDataset.ts';
import { rowSchema } from '../../src/dataset/rowSchema.ts';
import { rowsDigest, writeDataset } from '../../src/dataset/writeDataset.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import { policy } from '../core/tasks/sampleRow.ts';
import { exampleRow } from './exampleRow.ts';

let folder = '';
let shipped: Dataset;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'triathlon-compact-'));
  shipped = await readDataset(resourcePath('datasets/django-4.0.4.jsonl.gz'));
});
after(() => rm(folder, { recursive: true, force: true }));

const header: Omit<DatasetHeader, 'digest' | 'name'> = {
  schema: 1,
  version: '2.1',
  repository: { title: 'Django 4.0.4', licenses: ['LICENSE'] },
  environment: `sha256:${'0'.repeat(64)}`,
  builder: 3,
  seed: '1',
  labels: ['signing'],
  funnel: {
    files: 2,
    filesLeftOut: { file_not_utf8: 1 },
    functions: 100,
    leftOutByText: { too_short: 10 },
    leftOutByTests: {},
    leftOutByProof: {},
    notTried: 0,
    rows: 90,
  },
  made_from: null,
};

test('A file is stored once, every row comes back as it was, and the set says what it is', async () => {
  const path = join(folder, 'set.jsonl');
  await writeDataset(path, shipped.rows, header);
  const text = await readFile(path, 'utf8');
  const files = new Set(shipped.rows.map(({ file_path }) => file_path));
  assert.equal(text.split('\n').filter((line) => line.startsWith('{"file":')).length, files.size);
  assert.ok(!text.includes('"raw_file_content"'));
  const whole = shipped.rows.reduce((sum, row) => sum + JSON.stringify(row).length, 0);
  assert.ok(text.length < whole / 3, `${text.length} of ${whole}`);
  const read = await readDataset(path);
  assert.deepEqual(read.badRows, []);
  assert.deepEqual(read.rows, shipped.rows);
  assert.deepEqual(read.header, { ...header, name: 'set', digest: rowsDigest(shipped.rows) });
});

test('A row whose file does not give its texts back is stored whole', async () => {
  const path = join(folder, 'odd.jsonl');
  const row = exampleRow({ class_code: 'something else', file_with_buggy_method: null });
  await writeDataset(path, [row]);
  assert.ok((await readFile(path, 'utf8')).includes('"raw_file_content"'));
  assert.deepEqual((await readDataset(path)).rows, [row]);
});

test('A row without its file, and a header that is none, are named by their line', async () => {
  const path = join(folder, 'set.jsonl');
  await writeDataset(path, shipped.rows.slice(0, 1), header);
  const [, , row] = (await readFile(path, 'utf8')).split('\n');
  await writeFile(path, `{"triathlon_dataset": {"schema": 2}}\n${row}\n{"first_line": 1}\n`);
  const { badRows } = await readDataset(path);
  assert.deepEqual(
    badRows.map(({ line }) => line),
    [1, 2, 3],
  );
  assert.match(badRows[0]?.message ?? '', /^triathlon_dataset: /);
  assert.match(badRows[1]?.message ?? '', /^file_path: expected one of the files above it, found django\//);
});

test("Exported rows have the published suite's columns, and its line arithmetic gives the file back", () => {
  for (const value of originalRows(shipped.rows)) {
    assert.ok(!('triathlon' in value));
    const row = rowSchema.parse(value);
    assert.equal(replaceMethod(row, referenceMethod(row)), row.raw_file_content);
    assert.ok(row.tests.full_paths.length <= 20);
  }
});

test('Exported prompts are what a run asks first, and hold no held-out test', async () => {
  const parser = await loadPythonParser();
  const texts = (await loadPromptTexts(null)).program_repair;
  const rows = shipped.rows.slice(0, 5);
  const request = { task: 'program_repair', policy } as const;
  const prompts = exportPrompts({ parser, rows, request, texts });
  assert.equal(prompts.length, 5);
  for (const [index, { messages, reference }] of prompts.entries()) {
    const row = rows[index];
    assert.ok(row);
    assert.equal(messages.length, 2);
    assert.ok(reference.includes(row.method.declaration.trim()));
    const said = JSON.stringify(messages);
    for (const id of row.triathlon?.held_out_tests ?? []) assert.ok(!said.includes(id), id);
  }
});

test('A comparison names what was added, removed and changed, whatever the order', () => {
  const row = (dp_id: string, description: string) => {
    const made = exampleRow({ dp_id });
    return { ...made, method: { ...made.method, description } };
  };
  const before = [row('a', 'x'), row('b', 'x'), row('c', 'x')];
  const now = [{ ...row('c', 'y'), split: 'train' }, row('d', 'x'), { ...row('a', 'x'), idx: 7 }];
  assert.deepEqual(diffDatasets(before, now), {
    same: 1,
    added: ['d'],
    removed: ['b'],
    changed: [{ id: 'c', columns: ['method.description', 'split'] }],
  });
});

test('The datasheet says where a set is from, what is in it, and what was left out', async () => {
  const path = join(folder, 'sheet.jsonl.gz');
  await writeDataset(path, shipped.rows, header);
  const sheet = composeDatasheet(await readDataset(path));
  const singles = shipped.rows.filter(({ triathlon }) => triathlon?.single_test).length;
  for (const words of [
    '# sheet, version 2.1',
    `${shipped.rows.length} rows of `,
    `| digest of the rows | ${rowsDigest(shipped.rows)} |`,
    "| licence | the repository's: LICENSE |",
    `| ${singles} | with a single test, which is visible |`,
    '| visible tests | ',
    '- left out (text): 10 too_short',
    '- left out (file): 1 file_not_utf8',
  ]) {
    assert.ok(sheet.includes(words), `${words}\n${sheet}`);
  }
});
