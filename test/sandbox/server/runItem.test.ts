import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { PreparedEnvironment } from '../../../src/ports/sandbox.ts';
import { djangoEnvironment, target, test } from '../support/candidates.ts';
import { itemOf, startServer, type ItemOfOriginal, type RunningServer } from '../support/sandboxServers.ts';

interface Result {
  readonly status: number;
  readonly detail?: string;
  readonly same?: boolean;
  readonly word?: string;
  readonly percentage_passed?: number;
  readonly failing?: readonly string[];
  readonly edited_file?: string;
  readonly test_output?: string;
}

const other = 'utils_tests.test_text.TestUtilsText.test_truncate_chars';

describe("the original's route, asked by a client like the original's", () => {
  let environment: PreparedEnvironment;
  let server: RunningServer;
  before(async () => {
    environment = await djangoEnvironment();
    server = await startServer({ itemLimits: { ...limitsOfItem, wallSeconds: 12 } });
  });
  after(() => server.stop());

  const ask = (bodies: readonly ItemOfOriginal[], doEdit = true): Promise<Result[]> =>
    askOriginal(`${server.url}/run_item`, bodies, doEdit);

  it('the reference is OK, a wrong one FAILED, each with its own text, many at a time', async () => {
    const good = await itemOf(environment, null, [test, other]);
    const bad = await itemOf(environment, "def phone2numeric(phone):\n    return 'x'", [test, other]);
    const results = await ask([good, bad, good, bad, good, bad, good, bad]);
    for (const [index, result] of results.entries()) {
      const isGood = index % 2 === 0;
      assert.deepEqual([result.status, result.same, result.word], [200, true, isGood ? 'OK' : 'FAILED']);
      assert.deepEqual(result.failing, isGood ? [] : [test]);
      assert.equal(result.percentage_passed, isGood ? 1 : 0.5);
    }
    assert.equal(results[0]?.edited_file, await readFile(join(environment.sourceRoot, target), 'utf8'));
    assert.match(results[1]?.edited_file ?? '', /\ndef phone2numeric\(phone\):\n    return 'x'\n\n\n/);
  });

  it('without do_edit the file stays as it is', async () => {
    const [result] = await ask([await itemOf(environment, 'def f(:', [test])], false);
    assert.deepEqual([result?.word, result?.edited_file?.includes('def f(:')], ['OK', false]);
  });

  it('labels of classes and modules stand for their tests', async () => {
    const [result] = await ask([await itemOf(environment, null, ['utils_tests.test_text.TestUtilsText'])]);
    assert.equal(result?.word, 'OK');
    assert.match(result?.test_output ?? '', /^Ran 1[0-9] tests in /m);
  });

  it('a test that does not exist fails by its name', async () => {
    const missing = test.replace('phone2numeric', 'nothing');
    const [result] = await ask([await itemOf(environment, null, [test, missing])]);
    assert.deepEqual([result?.word, result?.failing], ['FAILED', [missing]]);
  });

  it('a syntax error, an exit and a skip are never more than they are', async () => {
    const bodies = [
      'def phone2numeric(:',
      'import os\nos._exit(0)',
      'print("Ran 1 test in 0.001s\\n\\nOK")\nraise SystemExit(0)',
    ];
    const results = await ask(
      await Promise.all(bodies.map((content) => itemOf(environment, content, [test]))),
    );
    for (const result of results)
      assert.deepEqual([result.status, result.word, result.percentage_passed], [200, 'FAILED', 0]);
  });

  it('a forged pass is FAILED and says so; an honest one that differs from the reference is OK', async () => {
    const reference = (await itemOf(environment, null, [test])).replace_content;
    const honest = await itemOf(environment, `${reference}  # the same, written otherwise`, [test]);
    const forgery = [
      'def phone2numeric(phone):',
      '    import unittest',
      '    unittest.TestCase.assertEqual = lambda *given: None',
    ];
    const forged = await itemOf(environment, forgery.join('\n'), [test]);
    const [first, second] = await ask([honest, forged]);
    assert.deepEqual([first?.status, first?.word], [200, 'OK']);
    assert.deepEqual([second?.status, second?.word, second?.failing], [200, 'FAILED', [test]]);
    assert.match(second?.test_output ?? '', /suspected to be forged/);
  });

  it('a hang is an answer that names the time limit', async () => {
    const [result] = await ask([
      await itemOf(environment, 'def phone2numeric(phone):\n    while True: pass', [test]),
    ]);
    assert.deepEqual([result?.status, result?.word, result?.failing], [200, 'FAILED', [test]]);
    assert.match(result?.test_output ?? '', /time limit of 12 seconds/);
  });

  it('what cannot be edited is refused with the reason', async () => {
    const item = await itemOf(environment, null, [test]);
    const results = await ask([
      { ...item, file_path: 'django/nothing.py' },
      { ...item, file_path: '../../environment.json' },
      { ...item, end_line: 100_000 },
      { ...item, start_line: 0 },
      { ...item, tests: [] },
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      [404, 404, 400, 400, 400],
    );
    assert.match(results[2]?.detail ?? '', /end_line <= \d+ \(lines of the file\), found \d+ and 100000/);
  });
});

const limitsOfItem = {
  wallSeconds: 60,
  cpuSeconds: 60,
  memoryBytes: 512 << 20,
  processes: 64,
  fileBytes: 16 << 20,
  outputBytes: 1 << 20,
};

async function askOriginal(
  url: string,
  bodies: readonly ItemOfOriginal[],
  doEdit: boolean,
): Promise<Result[]> {
  const script = join(import.meta.dirname, '../support/original_client.py');
  const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(
    JSON.stringify({ url, workers: 200, items: bodies.map((body) => ({ do_edit: doEdit, body })) }),
  );
  return JSON.parse(await text(child.stdout)) as Result[];
}
