import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { createLocalStore } from '../../src/storage/localStore.ts';
import {
  itemsOf,
  outcomeOf,
  policyOf,
  putAnswer,
  putOutcomes,
  readJsonLines,
  recordOf,
  sampleOf,
  turnOf,
  withRunFolder,
} from '../report/syntheticRun.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const report = (...given: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [main, 'report', ...given], (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });

/** A run of two items as the workflows leave it, with its dataset beside it; the first item has an outcome. */
async function withRun(work: (run: { folder: string; finish: () => Promise<void> }) => Promise<void>) {
  await withRunFolder(async (parent) => {
    const folder = join(parent, 'one');
    const store = createLocalStore(folder);
    const datasetPath = join(folder, 'tiny.jsonl');
    const items = itemsOf(2);
    await mkdir(folder);
    await writeFile(datasetPath, items.map(({ row }) => JSON.stringify(row)).join('\n'));
    const { digest } = await readDataset(datasetPath);
    const record = recordOf(2, { datasetPath, policy: policyOf({ maxTurns: 1 }) });
    const refs = items.map(({ item }, row) => ({ item, row }));
    await store.putOnce('items.json', JSON.stringify(refs));
    await store.putOnce('run.json', JSON.stringify({ ...record, lock: { ...record.lock, dataset: digest } }));
    const code = '    def f(self):\n        return 7';
    const outcome = (idx: number) =>
      outcomeOf(idx, [
        sampleOf([turnOf(1, { kind: 'passed' }, { code, answerKey: `turns/row_${idx}.json` })]),
      ]);
    const text = '```python\ndef f(self):\n    return 7\n```';
    const body = JSON.stringify({ choices: [{ message: { content: text }, finish_reason: 'stop' }] });
    await putAnswer(store, 'turns/row_0.json', body);
    await putOutcomes(store, [outcome(0)]);
    const finish = async (): Promise<void> => putOutcomes(store, [outcome(1)]);
    await work({ folder, finish });
  });
}

test('a run is reported while it is unfinished, and assembled again when an outcome is added', () =>
  withRun(async ({ folder, finish }) => {
    const early = await report(folder);
    assert.equal(early.code, 1, early.stderr);
    assert.match(early.stdout, /withheld .* 1 \(50\.0–100\.0\)/);
    assert.match(early.stdout, /No score: 1 not run yet of 2 items/);
    assert.match(early.stderr, /^Assembled the result files/);
    await finish();
    const done = await report(folder);
    assert.equal(done.code, 0, done.stderr);
    assert.match(done.stdout, /tiny-coder +2 +100\.0 \[34\.2, 100\.0\]/);
    assert.match(done.stderr, /^Assembled the result files/);
    const again = await report(folder, '--json');
    assert.equal(again.stderr, '');
    assert.deepEqual(JSON.parse(again.stdout), [
      JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')),
    ]);
  }));

test("the assembled rows hold the task's own prompt, the stored answer and the spliced file", () =>
  withRun(async ({ folder }) => {
    await report(folder);
    const [row] = await readJsonLines(folder, 'results.jsonl');
    assert.ok(row);
    const messages = row['messages'] as { role: string; content: string }[];
    assert.equal(messages.at(-1)?.role, 'assistant');
    assert.ok(messages.some(({ role, content }) => role === 'user' && content.includes('pkg/mod.py')));
    assert.deepEqual(row['edited_file'], ['class A:\n    def f(self):\n        return 7\n']);
  }));

test('a folder of runs means all of them, and a run named twice is printed once', () =>
  withRun(async ({ folder, finish }) => {
    await finish();
    const parent = join(folder, '..');
    await cp(folder, join(parent, 'two'), { recursive: true });
    const { code, stdout } = await report(parent, folder, '--json');
    assert.equal(code, 0);
    assert.equal((JSON.parse(stdout) as unknown[]).length, 2);
  }));

test('what is no run, or cannot be assembled, is said in a line or two, with exit code 2', () =>
  withRun(async ({ folder }) => {
    const wrong = ['nothing', 'tiny.jsonl', 'outcomes'].map((name) => report(join(folder, name)));
    const [missing, file, empty] = await Promise.all(wrong);
    assert.ok(missing && file && empty);
    await writeFile(join(folder, 'tiny.jsonl'), '{}');
    const changed = await report(folder);
    await rm(join(folder, 'run.json'));
    await writeFile(join(folder, 'run.json'), '{"schema": 1');
    const broken = await report(folder);
    const answers = [missing, file, empty, changed, broken];
    assert.deepEqual(
      answers.map(({ code }) => code),
      [2, 2, 2, 2, 2],
    );
    const expected = [
      /no folder/,
      /is a file/,
      /holds no run/,
      /has changed since/,
      /run\.json cannot be used: not JSON/,
    ];
    expected.forEach((words, index) => assert.match(answers[index]?.stderr ?? '', words));
    for (const { stderr } of answers)
      assert.ok(stderr.trimEnd().split('\n').length <= 3 && !/ at /.test(stderr));
  }));
