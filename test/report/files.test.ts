import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runSummarySchema } from '../../src/report/runSummary.ts';
import { fileNames, summarizeRun } from '../../src/report/summarize.ts';
import {
  itemsOf,
  outcomeOf,
  policyOf,
  putAnswer,
  putAttempt,
  putOutcomes,
  readJsonLines,
  recompose,
  recordOf,
  rowOf,
  sampleOf,
  turnOf,
  withRunFolder,
} from './syntheticRun.ts';

const columns =
  'dp_item messages responses_raw test_results test_status percentage_passed generate_codes edited_file turn max_turns should_continue stop_reason timestamp_start timestamp_end duration tests_duration';
const shortColumns =
  'split idx dp_id turn stop_reason percentage_passed num_lines timestamp test_status duration chrf common_prefix_ratio match_method_name';
const summaryColumns = 'num_datapoints pass_rates percent_pass chrf common_prefix_ratio match_method_name';

const passed = { kind: 'passed' } as const;
const failed = { kind: 'failed' } as const;

test("the files have exactly the published suite's names and columns", () =>
  withRunFolder(async (folder, store) => {
    await putOutcomes(store, [outcomeOf(0, [sampleOf([turnOf(1, passed)])])]);
    await putAttempt(store, { idx: 1, n: 1, error: 'SandboxError' });
    await summarizeRun({ store, record: recordOf(3), items: itemsOf(3), recompose });
    const files = (await readdir(folder)).filter((name) => name.includes('.')).sort();
    assert.deepEqual(files, [
      'results.jsonl',
      'results_short.jsonl',
      'results_summary.jsonl',
      'summary.json',
    ]);
    const keysOf = async (name: string): Promise<string[]> =>
      (await readJsonLines(folder, name)).map((row) => Object.keys(row).join(' '));
    assert.deepEqual(await keysOf('results.jsonl'), [columns, columns]);
    assert.deepEqual(await keysOf('results_short.jsonl'), [shortColumns, shortColumns]);
    assert.deepEqual(await keysOf('results_summary.jsonl'), [summaryColumns]);
    assert.deepEqual(fileNames('my.out.jsonl').short, 'my.out_short.jsonl');
    assert.deepEqual(fileNames('results').summary, 'results_summary');
  }));

test("a row holds the conversation, the answers and the edited files of the item's turns", () =>
  withRunFolder(async (folder, store) => {
    const key = (turn: number): string => `turns/row_0/0/${turn}-abc-1.json`;
    await putAnswer(store, key(1), 'return "\u001b[31mone"');
    await putAnswer(store, key(3), 'return 3');
    const turns = [
      turnOf(1, failed, { answerKey: key(1) }),
      turnOf(2, { kind: 'unusable_answer', reason: 'no_code' }, { answerKey: key(2) }),
      turnOf(3, passed, { answerKey: key(3) }),
    ];
    await putOutcomes(store, [outcomeOf(0, [sampleOf(turns)])]);
    await summarizeRun({ store, record: recordOf(1), items: itemsOf(1), recompose });
    const [row] = await readJsonLines(folder, 'results.jsonl');
    assert.ok(row);
    assert.deepEqual(row['messages'], [
      { role: 'user', content: 'write row_0' },
      { role: 'assistant', content: 'return "\u001b[31mone"' },
      { role: 'user', content: 'feedback 1' },
      { role: 'assistant', content: '' },
      { role: 'user', content: 'feedback 2' },
      { role: 'assistant', content: 'return 3' },
    ]);
    assert.deepEqual(row['responses_raw'], ['return "\u001b[31mone"', null, 'return 3']);
    assert.deepEqual(row['edited_file'], [
      'class A:\n    def f(self):\n        return 1\n',
      null,
      'class A:\n    def f(self):\n        return 3\n',
    ]);
    assert.deepEqual(row['dp_item'], {
      split: 'test',
      idx: 0,
      dp_id: 'row_0',
      file_path: 'pkg/mod.py',
      class_name: 'A',
      method: { name: 'f' },
    });
    const results = row['test_results'] as { status: string; verdict: string }[];
    assert.deepEqual(
      results.map(({ status }) => status),
      ['FAILED', 'NOT_RUN', 'OK'],
    );
    assert.deepEqual(row['percentage_passed'], [0.5, 0.5, 1]);
    assert.deepEqual([row['test_status'], row['turn'], row['max_turns']], ['OK', 3, 3]);
    assert.deepEqual([row['duration'], row['tests_duration']], [10, 3]);
    assert.deepEqual([row['stop_reason'], row['should_continue']], ['visible_tests_passed', false]);
  }));

test('an unscored item is CRUSHED, without figures; an item not run yet has no row', () =>
  withRunFolder(async (folder, store) => {
    await putOutcomes(store, [outcomeOf(0, [sampleOf([turnOf(1, passed)])])]);
    await putAttempt(store, { idx: 1, n: 2, error: 'SandboxError' });
    await summarizeRun({ store, record: recordOf(3), items: itemsOf(3), recompose });
    const rows = await readJsonLines(folder, 'results.jsonl');
    assert.equal(rows.length, 2);
    assert.equal(rows[1]?.['test_status'], 'CRUSHED');
    assert.deepEqual(rows[1]?.['percentage_passed'], [null]);
    assert.deepEqual(rows[1]?.['test_results'], [
      { status: 'CRUSHED', error: 'SandboxError', message: 'attempt 2' },
    ]);
    const [line] = await readJsonLines(folder, 'results_summary.jsonl');
    assert.deepEqual([line?.['num_datapoints'], line?.['pass_rates']], [3, null]);
  }));

test('the rows are in when asked for, and several samples give a row each', () =>
  withRunFolder(async (folder, store) => {
    const samples = [0, 1].map((sample) => sampleOf([turnOf(1, sample === 0 ? passed : failed)], sample));
    await putOutcomes(store, [outcomeOf(0, samples)]);
    const record = recordOf(1, { embedRows: true, policy: policyOf({ samples: 2, maxTurns: 1 }) });
    await summarizeRun({ store, record, items: itemsOf(1), recompose });
    const rows = await readJsonLines(folder, 'results.jsonl');
    assert.deepEqual(
      rows.map((row) => [row['sample'], row['test_status']]),
      [
        [0, 'OK'],
        [1, 'FAILED'],
      ],
    );
    assert.deepEqual(rows[0]?.['dp_item'], JSON.parse(JSON.stringify(rowOf(0))));
    const [line] = await readJsonLines(folder, 'results_summary.jsonl');
    assert.deepEqual(line?.['pass_rates'], [50]);
  }));

test('the three files agree with each other and with summary.json, and a second assembly writes the same', () =>
  withRunFolder(async (folder, store) => {
    const verdicts = [passed, failed, { kind: 'timed_out' }, { kind: 'wrong_target' }, passed] as const;
    await putOutcomes(
      store,
      verdicts.map((verdict, idx) => outcomeOf(idx, [sampleOf([turnOf(1, verdict)])])),
    );
    const input = { store, record: recordOf(5), items: itemsOf(5), recompose };
    const summary = await summarizeRun(input);
    const short = await readJsonLines(folder, 'results_short.jsonl');
    const statuses = short.map((row) => row['test_status']);
    assert.deepEqual(statuses, ['OK', 'FAILED', 'FAILED', 'NOT_RUN', 'OK']);
    const [line] = await readJsonLines(folder, 'results_summary.jsonl');
    assert.deepEqual(line?.['pass_rates'], [40, 40, 40]);
    assert.equal(
      Object.values(summary.verdicts).reduce((total, count) => total + count, 0),
      5,
    );
    const text = await readFile(join(folder, 'summary.json'), 'utf8');
    assert.deepEqual(runSummarySchema.parse(JSON.parse(text)), summary);
    await summarizeRun(input);
    assert.equal(await readFile(join(folder, 'summary.json'), 'utf8'), text);
  }));
