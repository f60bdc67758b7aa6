import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Row } from '../../../src/core/row.ts';
import { draftRow } from '../../../src/dataset/builder/draftRow.ts';
import { findCandidates } from '../../../src/dataset/builder/findCandidates.ts';
import type { Candidates } from '../../../src/dataset/builder/findCandidates.ts';
import { addsUp, describeFunnel } from '../../../src/dataset/builder/funnel.ts';
import { stubVariants } from '../../../src/dataset/builder/stubVariants.ts';
import type { PreparedEnvironment } from '../../../src/ports/sandbox.ts';
import { loadPythonParser } from '../../../src/python/pythonParser.ts';

const parser = await loadPythonParser();
let folder = '';
let environment: PreparedEnvironment;

const module = `from .other import helper, unused
import json

class Shape(Base):
    """A shape with an area."""

    def area(self, unit: int, *sizes, scale=1, **options) -> float:
        """Gives the area in a unit of measure."""
        total = 0
        for size in sizes:
            if size > 0 and scale:
                total += helper(size)
        return total * unit

    @cached_property
    def border(self):
        first = 1
        second = 2
        return first + second

    @staticmethod
    def parse(text):
        """Reads a shape from its text form."""
        parts = text.split()
        kind = parts[0]
        return kind, json.loads(parts[1])

def draw(shape):
    return shape.area(1) + compute_total(shape)

async def compute_total(shape, extra=None):
    # (no words)
    first = shape
    second = extra
    return [first, second]
`;
const twin = `def copied(text):
        # another comment
        parts = text.split()

        kind = parts[0]
        return kind, json.loads(parts[1])
`;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'triathlon-text-'));
  await mkdir(join(folder, 'pkg', 'tests'), { recursive: true });
  await writeFile(join(folder, 'pkg', 'module.py'), module);
  await writeFile(join(folder, 'pkg', 'twin.py'), twin);
  await writeFile(join(folder, 'pkg', 'tests', 'helpers.py'), 'x = 1\n');
  await writeFile(join(folder, 'pkg', 'latin.py'), Buffer.from([0x23, 0xe4, 0x0a]));
  await writeFile(join(folder, 'pkg', 'broken.py'), 'def f(:\n    pass\n');
  await writeFile(join(folder, 'pkg', 'windows.py'), 'x = 1\r\n');
  await writeFile(join(folder, 'pkg', 'long.py'), `def f():\n    pass\n#${'x'.repeat(5000)}\n`);
  environment = {
    name: 'made',
    digest: `sha256:${'0'.repeat(64)}`,
    root: folder,
    sourceRoot: folder,
    python: '',
    adapter: '',
    adapterOptions: { targets: ['pkg'] },
  };
});
after(() => rm(folder, { recursive: true, force: true }));

function candidates(descriptions: 'own' | 'any'): Promise<Candidates> {
  const lines = module.split('\n').length;
  const tests = { 't.A.test_1': 'passed', 't.B.test_2': 'passed' } as const;
  const contexts = Object.keys(tests).map((id) => ({ kind: 'test' as const, id }));
  const files = {
    'pkg/module.py': [
      [0, 1, lines],
      [1, 1, lines],
    ],
  };
  const surveys = [{ label: 't', tests, contexts, files, unstable: [], slow: [] }];
  const text = { maxFileCharacters: 4000, descriptions, seed: '1' } as const;
  return findCandidates({ environment, parser, surveys, ...text });
}

async function rowOf(name: string): Promise<Row> {
  const { ordered, reached, sources } = await candidates('any');
  const located = ordered.find((each) => each.name === name);
  assert.ok(located, ordered.map((each) => each.name).join());
  const source = sources.get(located.filePath) ?? '';
  const request = { located, source, tests: reached.get(name) ?? [], parser, seed: '1', recurringLines: 0 };
  const row = draftRow({ environment }, request, new Set());
  assert.ok(row);
  return row;
}

test('Every function is counted once, and every file that was not read has its reason', async () => {
  const { funnel, ordered } = await candidates('own');
  assert.deepEqual(
    ordered.map(({ name }) => name),
    ['pkg.module.Shape.area'],
  );
  assert.ok(addsUp(funnel), JSON.stringify(funnel));
  assert.ok(!addsUp({ ...funnel, rows: 1 }));
  assert.deepEqual(funnel.filesLeftOut, {
    file_of_tests: 1,
    file_not_utf8: 1,
    file_not_parseable: 1,
    file_with_carriage_returns: 1,
  });
  assert.equal(funnel.leftOutByText['twin_elsewhere'], 1);
  assert.equal(funnel.leftOutByText['in_a_long_file'], 1);
  assert.ok(describeFunnel(funnel).includes('left out (text): 1 twin_elsewhere'));
});

test('A method without words gets a marked description of its signature, its name and its callers', async () => {
  const row = await rowOf('pkg.module.compute_total');
  assert.equal(row.triathlon?.description_source, 'derived');
  assert.equal(
    row.method.description,
    'Function of the module: compute total.\nIt takes `shape`, `extra` (optional).\nIt is used by draw.',
  );
  const border = await rowOf('pkg.module.Shape.border');
  assert.match(
    border.method.description ?? '',
    /^Property of Shape: border\.\nThe class: A shape with an area\./,
  );
  const own = await rowOf('pkg.module.Shape.area');
  assert.equal(own.triathlon?.description_source, 'docstring');
});

test('Difficulty counts lines of code, ways through it, and names of the own package', async () => {
  const row = await rowOf('pkg.module.Shape.area');
  assert.deepEqual(row.triathlon?.difficulty, {
    code_lines: 5,
    cyclomatic_complexity: 4,
    stub_failures: 0,
    cross_file_names: 1,
  });
});

test('Stubs do nothing useful in as many ways as make sense for the method', async () => {
  const bodies = (row: Row): readonly string[] =>
    stubVariants(parser, row).map(({ fileContent }) => {
      const lines = fileContent.split('\n');
      const at = lines.findIndex((line) => line.includes(`def ${row.method.name}(`));
      const isDocumented = lines[at + 1]?.includes('"""') === true;
      return lines[at + (isDocumented ? 2 : 1)]?.trim() ?? '';
    });
  assert.deepEqual(bodies(await rowOf('pkg.module.Shape.area')), [
    'pass',
    'raise NotImplementedError',
    'return self',
    'return []',
    'return super().area(unit, *sizes, scale=scale, **options)',
  ]);
  assert.equal(bodies(await rowOf('pkg.module.Shape.border')).at(-1), 'return super().border');
  assert.equal(bodies(await rowOf('pkg.module.compute_total')).length, 4);
  for (const { fileContent } of stubVariants(parser, await rowOf('pkg.module.Shape.area'))) {
    assert.deepEqual(parser.problems(fileContent), []);
    assert.ok(fileContent.includes('Gives the area in a unit of measure.'));
  }
});
