import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findBuggyTarget } from '../../src/core/tasks/target.ts';
import { bugsFromRun } from '../../src/dataset/builder/bugsFromRun.ts';
import { buildDataset } from '../../src/dataset/builder/buildDataset.ts';
import { readRunAnswers } from '../../src/dataset/builder/readRunAnswers.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import type { Dataset } from '../../src/dataset/readDataset.ts';
import { environmentCheck, restampRows } from '../../src/dataset/restampRows.ts';
import { rowInvariants } from '../../src/dataset/rowInvariants.ts';
import { validateDataset } from '../../src/dataset/validateDataset.ts';
import type { ValidateOptions } from '../../src/dataset/validateDataset.ts';
import { rowsDigest } from '../../src/dataset/writeDataset.ts';
import { buildEnvironment } from '../../src/environments/index.ts';
import type { PreparedEnvironment, Sandbox } from '../../src/ports/sandbox.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import { createSandbox } from '../../src/sandbox/index.ts';
import { createLocalStore } from '../../src/storage/localStore.ts';
import { outcomeOf, putOutcomes, recordOf, sampleOf, turnOf } from '../report/syntheticRun.ts';

let folder = '';
let environment: PreparedEnvironment;
const sandbox = createSandbox('bubblewrap', { slots: 2 });
const signal = new AbortController().signal;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'triathlon-build-'));
  environment = await buildEnvironment({ repository: 'django' });
});
after(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const lines: string[] = [];

async function build(output: string, provider = sandbox): Promise<string> {
  const built = await buildDataset({
    environment,
    sandbox: provider,
    labels: ['signing'],
    output: join(folder, output),
    limit: 1,
    seed: '9',
    maxPerFile: 2,
    longFiles: false,
    descriptions: 'own',
    repository: { title: 'Django 4.0.4', licenses: ['LICENSE'] },
    version: '1',
    workRoot: join(folder, 'work'),
    slots: 1,
    signal,
    onProgress: (line) => lines.push(line),
  });
  return built.digest;
}

async function validate(
  dataset: Dataset,
  target: 'method' | 'class' = 'method',
): ReturnType<typeof validateDataset> {
  return validateDataset(validating(dataset, target));
}

function validating(dataset: Dataset, target: 'method' | 'class' = 'method'): ValidateOptions {
  return {
    dataset,
    environment,
    target,
    sandbox,
    repeats: 2,
    lane: 'auto',
    workRoot: join(folder, 'validations'),
    slots: 2,
    signal,
    onProgress: () => undefined,
  };
}

test('Rows built from real Django hold, are read back, and a second build goes on from what is kept', async () => {
  const digest = await build('small.jsonl');
  assert.ok(lines.some((line) => line.startsWith('coverage 1/1 ')));
  assert.ok(lines.some((line) => /^row 1\/1 .*: proved(, .* left)?$/.test(line)));
  const dataset = await readDataset(join(folder, 'small.jsonl'));
  assert.deepEqual([dataset.rows.length, dataset.badRows.length], [1, 0]);
  assert.equal(rowsDigest(dataset.rows), digest);
  const parser = await loadPythonParser();
  for (const row of dataset.rows) {
    assert.equal(row.triathlon?.environment, environment.digest);
    assert.match(row.test_error_message ?? '', /^={70}\n(FAIL|ERROR): [\s\S]*FAILED \(/);
    assert.deepEqual(Object.keys(row.triathlon?.sabotage_noticed ?? {}), ['visible', 'held_out']);
    assert.equal(row.triathlon?.evidence?.reference_passes, 5);
    assert.equal(typeof row.triathlon?.memorisation?.own_names, 'number');
    for (const { name, holds } of rowInvariants) assert.equal(holds(row, parser), true, name);
  }
  const closed = createSandbox('bubblewrap', { slots: 1 });
  await closed.close();
  assert.equal(await build('again.jsonl.gz', closed), digest);
});

test('Validation proves a row anew, and names the checks that a spoilt row fails', async () => {
  const dataset = await readDataset(join(folder, 'small.jsonl'));
  const [good] = dataset.rows;
  assert.ok(good?.triathlon);
  const spoilt = {
    ...good,
    dp_id: 'spoilt',
    file_with_buggy_method: good.raw_file_content,
    triathlon: { ...good.triathlon, environment: `sha256:${'0'.repeat(64)}` },
  };
  const table = await validate({ ...dataset, rows: [good, spoilt], header: null });
  assert.equal(table.proved, 1);
  const broken = table.checks.filter(({ broken: rows }) => rows.length > 0);
  assert.deepEqual(
    broken.map(({ check }) => check).sort(),
    [
      'bug fails, held-out',
      'bug fails, visible',
      'bug gives the recorded output',
      'bug is inside the method only',
      environmentCheck,
    ].sort(),
  );
  for (const { broken: rows } of broken) assert.deepEqual(rows, ['spoilt']);
  assert.deepEqual(
    restampRows({ ...dataset, rows: [good, spoilt] }, table).map((row) => row.dp_id),
    [good.dp_id],
  );
});

test('A validation that was interrupted goes on where it was; once it is finished, everything is run again', async () => {
  const dataset = await readDataset(join(folder, 'small.jsonl'));
  const [good] = dataset.rows;
  assert.ok(good);
  const told: string[] = [];
  const both = { ...dataset, rows: [good, { ...good, dp_id: 'second' }], header: null };
  const start = (provider: Sandbox, stop: AbortSignal): ReturnType<typeof validateDataset> =>
    validateDataset({
      ...validating(both),
      sandbox: provider,
      slots: 1,
      signal: stop,
      onProgress: (line) => told.push(line),
    });
  const interruption = new AbortController();
  const interrupting: Sandbox = {
    ...sandbox,
    run(request, stop) {
      if (told.length === 1) interruption.abort(new Error('interrupted'));
      return sandbox.run(request, stop);
    },
  };
  await assert.rejects(start(interrupting, interruption.signal), /interrupted/);
  let runs = 0;
  const counting: Sandbox = {
    ...sandbox,
    run(request, stop) {
      runs += 1;
      return sandbox.run(request, stop);
    },
  };
  assert.equal((await start(counting, signal)).proved, 2);
  const ofOne = runs;
  await start(counting, signal);
  assert.equal(runs, 3 * ofOne);
});

test('A whole class made of the rows is proved as well, and a header that names other rows is noticed', async () => {
  const dataset = await readDataset(join(folder, 'small.jsonl'));
  const table = await validate(
    { ...dataset, header: dataset.header && { ...dataset.header, digest: 'x' } },
    'class',
  );
  assert.equal(table.rows, dataset.rows.filter(({ class_name }) => class_name !== null).length);
  assert.equal(table.proved, table.rows);
  assert.deepEqual(
    table.checks.filter(({ broken }) => broken.length > 0).map(({ check }) => check),
    ['rows are those that the header names'],
  );
});

test("A model's wrong answer becomes a bug behind the repository's own docstring; other declarations do not", async () => {
  const dataset = await readDataset(join(folder, 'small.jsonl'));
  const [row] = dataset.rows;
  assert.ok(row);
  const parser = await loadPythonParser();
  const target = findBuggyTarget(parser, row);
  assert.ok(target);
  const { docstring, headerEndLine, definitionLine, endLine } = target.definition;
  const lines = target.source.split('\n');
  const head = lines.slice(definitionLine, headerEndLine + 1);
  const wrong = [...head, ...lines.slice((docstring?.endLine ?? headerEndLine) + 1, endLine + 1)].join('\n');
  const run = join(folder, 'run');
  const store = createLocalStore(run);
  const record = recordOf(1, { task: 'method_gen_multiturn' }, { lock: { dataset: dataset.digest } });
  await store.putOnce('run.json', JSON.stringify(record));
  const turns = [wrong, wrong, 'def other(self):\n    return 1'].map((code, index) =>
    turnOf(index + 1, { kind: 'failed' }, { code }),
  );
  await putOutcomes(store, [outcomeOf(0, [sampleOf(turns)], { dp_id: row.dp_id })]);
  await assert.rejects(readRunAnswers(run, 'sha256:other'), /was on another dataset/);
  const answers = await readRunAnswers(run, dataset.digest);
  assert.equal(answers.wrongAnswers.get(row.dp_id)?.length, 2);
  const ground = { environment, sandbox, signal };
  const unanswered = { ...row, dp_id: 'unanswered' };
  const options = { rows: [row, unanswered], run: answers, ground, slots: 1, onProgress: () => undefined };
  const { rows, leftOut } = await bugsFromRun(options);
  assert.deepEqual(leftOut, { no_wrong_answer: 1 });
  assert.equal(rows.length, 1);
  assert.equal(rows[0]?.file_with_buggy_method, row.file_with_buggy_method);
  assert.match(rows[0]?.triathlon?.repair?.operator ?? '', /^answer of /);
  assert.equal(rows[0]?.test_error_message, row.test_error_message);
});
