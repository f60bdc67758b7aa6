import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { quarantineNotices, quarantinedItems } from '../../activities/quarantinedItems.ts';
import { checkStability, readQuarantine } from '../../src/environments/index.ts';
import { updateQuarantine } from '../../src/environments/quarantine.ts';
import type { PreparedEnvironment } from '../../src/ports/sandbox.ts';
import { summaryNotes } from '../../src/report/notes.ts';
import { emptyTally } from '../../src/report/tally.ts';
import { djangoEnvironment } from '../sandbox/support/candidates.ts';
import { recordOf, rowOf } from '../report/syntheticRun.ts';

/** The second of these tests to run fails; one takes the interpreter with it. */
const unsteady = `
import os
from unittest import TestCase

seen = []

class OrderTests(TestCase):
    def test_first(self):
        seen.append("first")
        self.assertEqual(seen, ["first"])

    def test_second(self):
        seen.append("second")
        self.assertEqual(seen, ["second"])

    def test_steady(self):
        pass

class CrashTests(TestCase):
    def test_crash(self):
        os.abort()
`;
const tests = ['first', 'second', 'steady'].map((name) => `unsteady.tests.OrderTests.test_${name}`);
const [first = '', second = '', steady = ''] = tests;
const crash = 'unsteady.tests.CrashTests.test_crash';

describe('a check of stability', () => {
  let root: string;
  let environment: PreparedEnvironment;

  before(async () => {
    const real = await djangoEnvironment();
    root = mkdtempSync(join(real.root, '..', 'stability-'));
    for (const name of ['venv', 'coverage']) symlinkSync(join(real.root, name), join(root, name));
    execFileSync('cp', ['-al', real.sourceRoot, join(root, 'source')]);
    const folder = join(root, 'source', 'tests', 'unsteady');
    mkdirSync(folder);
    writeFileSync(join(folder, '__init__.py'), '');
    writeFileSync(join(folder, 'tests.py'), unsteady);
    environment = { ...real, root, sourceRoot: join(root, 'source') };
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const check = async (given: readonly string[], repeats = 4) => {
    const said: string[] = [];
    const found = await checkStability({
      environment,
      tests: given,
      repeats,
      slots: 2,
      load: true,
      signal: new AbortController().signal,
      onProgress: (line) => said.push(line),
    });
    return { ...found, said };
  };

  it('puts what depends on the order into quarantine, with what was seen in which order', async () => {
    const found = await check(tests);
    assert.deepEqual([...found.unsteady.keys()], [first, second]);
    assert.equal(found.said.length, 4);
    const entry = (await readQuarantine(environment)).get(first);
    assert.deepEqual(Object.keys(entry?.statuses ?? {}).sort(), ['failed', 'passed']);
    assert.deepEqual(
      entry?.runs.map(({ order, load }) => [order, load]),
      [1, 2, 3, 4].map((order) => [order, true]),
    );
  });

  it('goes on where it was: what was run is not run again', async () => {
    const file = join(root, 'source', 'tests', 'unsteady', 'tests.py');
    writeFileSync(file, '');
    try {
      assert.deepEqual([...(await check(tests)).unsteady.keys()], [first, second]);
      const { unsteady: found } = await check(tests, 5);
      assert.ok(found.has(steady), 'the fifth repeat was not run');
    } finally {
      writeFileSync(file, unsteady);
      rmSync(join(root, 'stability'), { recursive: true });
      rmSync(join(root, 'quarantine.json'));
    }
  });

  it('finds the one test that ends a whole group, and says what never passes', async () => {
    const found = await check([...tests, crash], 1);
    assert.deepEqual(Object.fromEntries(found.otherwise), { crashed: 1, failed: 1 });
    assert.equal(found.unsteady.size, 0);
  });

  it('lets a test out when another runner put it there and it is steady now', async () => {
    const old = { runner: 'sha256:old', statuses: { passed: 1, failed: 1 }, runs: [] };
    await updateQuarantine(environment, {
      runner: 'sha256:old',
      checked: [],
      found: new Map([[steady, old]]),
    });
    assert.ok((await readQuarantine(environment)).has(steady));
    await check(tests);
    assert.deepEqual([...(await readQuarantine(environment)).keys()], [first, second]);
  });

  it('marks the items of a run whose visible or held-out tests it found', async () => {
    const rows = [[steady], [first], [steady]].map((visible, idx) => ({
      ...rowOf(idx),
      tests: { full_paths: visible, time_test_norm: null },
    }));
    const items = rows.map(({ dp_id }, row) => ({ item: dp_id, row }));
    const marked = await quarantinedItems(environment, items, rows);
    assert.deepEqual(marked, ['row_1']);
    const record = recordOf(3, {}, { quarantined: marked });
    assert.match(
      quarantineNotices(record.request, marked).join(),
      /1 items use tests that are in quarantine.*row_1/,
    );
    assert.match(
      summaryNotes(record, emptyTally(1, 1)).join('\n'),
      /1 items use tests that are unsteady.*: row_1\./,
    );
  });
});
