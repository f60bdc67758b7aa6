import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { readParquet } from '../../src/dataset/parquet/readParquet.ts';
import { createLocalStore } from '../../src/storage/localStore.ts';
import {
  itemsOf,
  outcomeOf,
  policyOf,
  putAnswer,
  putAttempt,
  putOutcomes,
  recordOf,
  rowOf,
  sampleOf,
  turnOf,
} from '../report/syntheticRun.ts';
import { installTool } from '../support/pythonTool.ts';
import { runBench, temporaryFolder } from './runBench.ts';

const cwd = temporaryFolder();
const folder = join(cwd, 'results', 'ours');

/** A run of three items: one passes at its second turn, one never, one is unscored. */
before(async () => {
  const store = createLocalStore(folder);
  const items = itemsOf(3);
  await mkdir(folder, { recursive: true });
  const datasetPath = join(folder, 'tiny.jsonl');
  await writeFile(datasetPath, items.map(({ row }) => JSON.stringify(row)).join('\n'));
  const { digest } = await readDataset(datasetPath);
  const record = recordOf(3, { name: 'ours', datasetPath, policy: policyOf({ maxTurns: 2 }) });
  await store.putOnce('run.json', JSON.stringify({ ...record, lock: { ...record.lock, dataset: digest } }));
  await store.putOnce('items.json', JSON.stringify(items.map(({ item }, row) => ({ item, row }))));
  const turn = (idx: number, number: number, kind: 'passed' | 'failed') => {
    const code = `    def f(self):\n        return "${idx}, ${number}"`;
    return turnOf(number, { kind }, { code, answerKey: `turns/row_${idx}-${number}.json` });
  };
  await putOutcomes(store, [
    outcomeOf(0, [sampleOf([turn(0, 1, 'failed'), turn(0, 2, 'passed')])]),
    outcomeOf(1, [sampleOf([turn(1, 1, 'failed'), turn(1, 2, 'failed')])]),
  ]);
  for (const key of ['0-1', '0-2', '1-1', '1-2']) {
    const choice = { message: { content: `\`\`\`python\n# ${key}\n\`\`\`` }, finish_reason: 'stop' };
    await putAnswer(store, `turns/row_${key}.json`, JSON.stringify({ choices: [choice] }));
  }
  await putAttempt(store, { idx: 2 });
});

describe('bench export', () => {
  test('writes the same flat table as JSON lines, CSV and Parquet: a row per turn, and one for what is unscored', async () => {
    for (const format of ['jsonl', 'csv', 'parquet']) {
      const { exitCode, stderr } = await runBench(['export', folder, '--format', format], { cwd });
      assert.equal(exitCode, 0, stderr);
    }
    const text = await readFile(join(cwd, 'ours.jsonl'), 'utf8');
    const rows = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string | number | boolean | null>);
    assert.deepEqual(
      rows.map(({ item, turn, is_last: last, verdict, status }) => [item, turn, last, verdict, status]),
      [
        ['row_0', 1, false, 'failed', 'FAILED'],
        ['row_0', 2, true, 'passed', 'OK'],
        ['row_1', 1, false, 'failed', 'FAILED'],
        ['row_1', 2, true, 'failed', 'FAILED'],
        ['row_2', null, null, null, 'CRUSHED'],
      ],
    );
    assert.equal(rows[4]?.['error'], 'SandboxError: attempt 1');
    assert.equal(rows[4]?.['percentage_passed'], null);
    assert.deepEqual(await readParquet(await readFile(join(cwd, 'ours.parquet'))), rows);
    const python =
      'import csv, json, sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")))))';
    const read = JSON.parse(
      execFileSync('python3', ['-c', python, join(cwd, 'ours.csv')]).toString(),
    ) as Record<string, string>[];
    assert.deepEqual(
      read,
      rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([key, value]) => [key, String(value ?? '')])),
      ),
    );
  });

  test('does not overwrite a file, and says what it cannot do', async () => {
    const again = await runBench(['export', folder], { cwd });
    assert.equal(again.exitCode, 2);
    assert.match(
      again.stderr,
      /ours\.jsonl exists: name another file with --output, or overwrite it with --force/,
    );
    const printed = await runBench(['export', folder, '-o', '-'], { cwd });
    assert.equal(printed.stdout.trim().split('\n').length, 5);
    const other = await runBench(['export', folder, '--format', 'xml'], { cwd });
    assert.match(other.stderr, /Allowed choices are jsonl, parquet, csv, inspect/);
    const nowhere = await runBench(['export', folder, '-o', '/nowhere/x.jsonl'], { cwd });
    assert.deepEqual([nowhere.exitCode, /cannot be written \(ENOENT\)/.test(nowhere.stderr)], [2, true]);
  });

  // Inspect AI and what it needs are 325 MB.
  const wanted = process.env['BENCH_TEST_INSPECT'] === '1';
  test(
    "gives Inspect AI's own reader its samples, scores and errors",
    { skip: !wanted && 'BENCH_TEST_INSPECT=1 installs Inspect AI and runs it' },
    async () => {
      const bin = await installTool('inspect-ai-0.3.285', 'inspect-ai==0.3.285');
      const { exitCode, stderr } = await runBench(['export', folder, '--format', 'inspect'], { cwd });
      assert.equal(exitCode, 0, stderr);
      const script = join(import.meta.dirname, 'read_inspect_log.py');
      const out = execFileSync(join(bin, 'python'), [script, join(cwd, 'ours.eval')], { cwd });
      const log = JSON.parse(out.toString().trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
      assert.deepEqual(log, {
        status: 'success',
        model: 'openai/tiny-coder',
        accuracy: 0.5,
        samples: [
          ['row_0', 1, 'C', null, 5, '# 0-2'],
          ['row_1', 1, 'I', null, 5, '# 1-2'],
          ['row_2', 1, null, 'SandboxError: attempt 1', 2, ''],
        ],
        summaries: 3,
      });
    },
  );
});

describe('bench import', () => {
  /** A line as the original writes it. */
  const line = (idx: number, statuses: readonly string[]) => ({
    dp_item: rowOf(idx),
    messages: [],
    responses_raw: statuses.map((_, at) => `\`\`\`python\ndef f(self):\n    return ${at}\n\`\`\``),
    test_results: statuses.map((status) => ({
      status,
      percentage_passed: status === 'OK' ? 1 : status === 'FAILED' ? 0.5 : null,
      chrf: 50,
      common_prefix_ratio: 0.5,
      match_method_name: null,
    })),
    test_status: statuses.at(-1),
    generate_codes: statuses.map((status, at) =>
      status === 'NOT_RUN' ? null : `    def f(self):\n        return ${at}`,
    ),
    turn: statuses.length,
    max_turns: 2,
    timestamp_start: '2025-01-01T00:00:00',
    timestamp_end: 1735689700.5,
  });
  const lines = [line(0, ['OK']), line(1, ['NOT_RUN', 'OK']), line(2, ['FAILED', 'CRUSHED'])];
  const given = ['--task', 'method_gen_multiturn', '--model', 'old-coder', '--name', 'old'];
  before(async () => {
    const text = lines.map((one) => JSON.stringify(one)).join('\n');
    await writeFile(join(cwd, 'old.jsonl'), text);
  });

  test("makes a run of the original's results, which report and compare take as any other", async () => {
    const first = await runBench(['import', 'old.jsonl', ...given], { cwd });
    assert.match(first.stdout, /old-coder/, first.stderr);
    assert.match(first.stdout, /Imported results: the verdicts are those of the file/);
    // One of three is unscored.
    assert.equal(first.exitCode, 1);
    const again = await runBench(['import', 'old.jsonl', ...given], { cwd });
    assert.equal(again.exitCode, 1, again.stderr);
    const summary = JSON.parse(await readFile(join(cwd, 'results/old/summary.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      summary['passedByTurn'] &&
        (summary['passedByTurn'] as { passed: number }[]).map(({ passed }) => passed),
      [1, 2],
    );
    assert.deepEqual(summary['items'], {
      planned: 3,
      scored: 2,
      unscored: 1,
      pending: 0,
      leftOut: {},
      broken: [],
    });
    const compared = await runBench(['compare', 'results', '--base', 'old-coder'], { cwd });
    assert.equal(compared.exitCode, 0, compared.stderr);
    assert.match(compared.stdout, /tiny-coder +old-coder \(imported\) +2 /);
    const results = (await readFile(join(cwd, 'results/old/results.jsonl'), 'utf8')).trim().split('\n');
    const row = JSON.parse(results[1] ?? '') as { responses_raw: string[]; test_status: string };
    assert.deepEqual([row.responses_raw, row.test_status], [lines[1]?.responses_raw, 'OK']);
  });

  test('takes our own results with the dataset that they are of', async () => {
    await runBench(['report', folder, '--again'], { cwd });
    const file = join(folder, 'results.jsonl');
    const without = await runBench(['import', file, ...given.slice(0, 4)], { cwd });
    assert.deepEqual([without.exitCode, /name the dataset with --dataset/.test(without.stderr)], [2, true]);
    const dataset = ['--dataset', join(folder, 'tiny.jsonl')];
    const imported = await runBench(['import', file, ...given.slice(0, 4), '--name', 'back', ...dataset], {
      cwd,
    });
    assert.match(imported.stdout, /old-coder/, imported.stderr);
    const text = (name: string) => readFile(join(cwd, 'results', name, 'summary.json'), 'utf8');
    const [ours, back] = [JSON.parse(await text('ours')), JSON.parse(await text('back'))];
    assert.deepEqual(back.passed, ours.passed);
    assert.deepEqual(back.verdicts, ours.verdicts);
  });

  test('names the line that is none, and refuses to put another file into a run', async () => {
    await writeFile(join(cwd, 'bad.jsonl'), `${JSON.stringify(lines[0])}\n{"dp_item": 3}\n`);
    const bad = await runBench(['import', 'bad.jsonl', ...given], { cwd });
    assert.deepEqual([bad.exitCode, /bad\.jsonl, line 2: dp_item: /.test(bad.stderr)], [2, true], bad.stderr);
    await writeFile(join(cwd, 'other.jsonl'), JSON.stringify(lines[0]));
    const other = await runBench(['import', 'other.jsonl', ...given], { cwd });
    assert.match(other.stderr, /results\/old holds another run: name this one with --name/);
    const none = await runBench(['import', 'none.jsonl', ...given], { cwd });
    assert.deepEqual([none.exitCode, /Cannot read none\.jsonl/.test(none.stderr)], [2, true], none.stderr);
  });
});
