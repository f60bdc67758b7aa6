import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { constructsOf, findSuspicions } from '../../../src/core/tasks/suspicions.ts';
import { djangoEnvironment } from '../../sandbox/support/candidates.ts';
import { parser } from './sampleRow.ts';

const suspicious: readonly (readonly [string, string])[] = [
  ['frames', 'import sys\n    return sys._getframe(1).f_locals'],
  ['frames', "return getattr(error, 'tb_frame')"],
  ['memory', 'import gc\n    return gc.get_objects()'],
  ['memory', 'from ctypes import pythonapi'],
  ['internals', 'f.__code__ = g.__code__'],
  ['internals', 'return object.__subclasses__()'],
  ['tests', 'import unittest.mock'],
  ['tests', "setattr(case, 'failureException', None)\n    return case.failureException"],
  ['processes', 'import os\n    os._exit(0)'],
  ['tracing', 'import sys\n    sys.settrace(None)'],
  ['builtins', 'import builtins'],
  ['sources', "return open(folder + 'tests.py').read()"],
  ['text', 'return eval(text)'],
  ['comparison', 'class A:\n        def __eq__(self, other):\n            return True\n    return A()'],
];

for (const [group, body] of suspicious) {
  test(`A construct of the group ${group} is found: ${body.split('\n').at(-1)?.trim()}`, () => {
    const code = `def f(folder, text):\n    ${body}`;
    assert.ok(constructsOf(parser, code).includes(group), constructsOf(parser, code).join());
    assert.deepEqual(findSuspicions(parser, code, code), []);
  });
}

test('What runs when the module is imported is found: calls in defaults and annotations', () => {
  assert.deepEqual(constructsOf(parser, 'def f(x=g()):\n    return x'), ['header']);
  assert.deepEqual(constructsOf(parser, 'def f(x: g()):\n    return x'), ['header']);
  assert.deepEqual(constructsOf(parser, 'def f(x: list[int] = None) -> str:\n    return g(x)'), []);
});

test('A header that runs what the original does not is told apart from one that only says more', () => {
  const reference = 'def f(x=g(1)):\n    return x';
  const suspicions = (header: string): readonly string[] =>
    findSuspicions(parser, `def f(${header}):\n    return x`, reference);
  for (const header of ['x=g(1)', 'x=g(1), y=object()', 'x=g(1), y: list[int] = ()', 'x=g(1), y=lambda: h()'])
    assert.ok(!suspicions(header).includes('runs_at_import'), header);
  for (const header of ['x=g(2)', 'x=g(1), y=h()', 'x: h() = g(1)', 'x=(lambda: 1)()', 'x=[y for y in z]'])
    assert.ok(suspicions(header).includes('runs_at_import'), header);
});

test('A method that compares, and one that compiles a pattern, have nothing of it', () => {
  assert.deepEqual(constructsOf(parser, 'def __eq__(self, other):\n    return self.x == other.x'), []);
  assert.deepEqual(constructsOf(parser, 'def f(self):\n    return re.compile("a").match(self.x)'), []);
});

test('At most two of a hundred methods of the repository have such constructs', async () => {
  const { sourceRoot } = await djangoEnvironment();
  let all = 0;
  let found = 0;
  for (const folder of ['core', 'db', 'forms', 'http', 'template', 'utils', 'views']) {
    const root = join(sourceRoot, 'django', folder);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.py'),
    );
    for (const file of files) {
      const { lines, definitions } = parser.parse(readFileSync(join(root, file), 'utf8'));
      for (const { kind, definitionLine, endLine } of definitions) {
        if (kind !== 'function' || endLine - definitionLine < 2) continue;
        all += 1;
        if (constructsOf(parser, lines.slice(definitionLine, endLine + 1).join('\n')).length > 0) found += 1;
      }
    }
  }
  assert.ok(all > 2000 && found / all < 0.02, `${found} of ${all}`);
});
