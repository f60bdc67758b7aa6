import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { findMethods } from '../../../src/dataset/builder/findMethods.ts';
import { findTwins } from '../../../src/dataset/builder/findTwins.ts';
import { measureMemorisation } from '../../../src/dataset/builder/measureMemorisation.ts';
import { exportProbes } from '../../../src/dataset/exportRows.ts';
import type { PreparedEnvironment } from '../../../src/ports/sandbox.ts';
import { loadPythonParser } from '../../../src/python/pythonParser.ts';
import { exampleRow } from '../exampleRow.ts';

const parser = await loadPythonParser();
let root = '';
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'triathlon-twins-'));
  await mkdir(join(root, 'pkg'));
});
after(() => rm(root, { recursive: true, force: true }));

const first = 'def f(number):\n    doubled = number + number\n    return doubled * 17 + number\n    x = 1\n';
const other = 'def g(number):\n    doubled = number + number\n    print("something else here")\n';

test('Lines that stand elsewhere in the tree count, short ones and those of the method alone do not', async () => {
  const source = `${first}\n\n${other}`;
  await writeFile(join(root, 'pkg/a.py'), source);
  await writeFile(join(root, 'pkg/notes.md'), 'As in\n\n    print("something else here")\n');
  const methods = findMethods(parser, source).methods.map((method) => ({
    name: method.definition.name,
    filePath: 'pkg/a.py',
    method,
  }));
  const environment = { sourceRoot: root } as PreparedEnvironment;
  const { whole, recurringLines } = await findTwins(environment, methods, new Map([['pkg/a.py', source]]));
  assert.equal(whole.size, 0);
  assert.deepEqual(Object.fromEntries(recurringLines), { f: 0.5 });
});

test('Names of the second half that the rest of the file does not say are its own', () => {
  const triathlon = {
    schema: 1,
    qualified_name: 'A.f',
    environment: `sha256:${'0'.repeat(64)}`,
    held_out_tests: [],
    expected_statuses: {},
    reference_seconds: { visible: 0, held_out: 0 },
    load_bearing: false,
    single_test: true,
    completion: { cut_line: 4 },
  } as const;
  const row = exampleRow({ triathlon });
  assert.deepEqual(measureMemorisation(parser, row, 0.25), { recurring_lines: 0.25, own_names: 1 });
  const [probe] = exportProbes(parser, [row, exampleRow({ dp_id: 'uncut' })]);
  assert.deepEqual(probe, {
    id: 'pkg.a.A.f',
    prefix: '# pkg/a.py\nclass A:\n    def f(self, x):\n        y = x + 1',
    continuation: '        z = y\n        return z',
    own_names: null,
    recurring_lines: null,
  });
});
