import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitContext } from '../../../src/core/tasks/contextCut.ts';
import type { Target } from '../../../src/core/tasks/target.ts';
import { parser, policy, sampleFile, sampleRow, tasks } from './sampleRow.ts';

const functions = Array.from(
  { length: 40 },
  (_, place) => `def far_${place}():\n    return ${'x'.repeat(90)}\n\n\n`,
).join('');
const long = `import os\n\nTABLE = [\n${'    1,\n'.repeat(200)}]\n\n\n${functions}class Shop:\n    kind = 1\n\n    def near(self):\n        return 1\n\n    def here(self):\n        a()\n        b()\n\n    def other(self):\n        return ${'y'.repeat(500)}\n\n\n${functions.replaceAll('far_', 'later_')}`;

function cut(maxContextCharacters: number, contextSource: 'file' | 'class' = 'file'): string | null {
  const definition = parser.parse(long).definitions.find(({ name }) => name === 'here');
  assert.ok(definition);
  const target: Target = { source: long, definition };
  const span = { startLine: definition.definitionLine, endLine: definition.endLine };
  return fitContext({
    parser,
    target,
    policy: { contextSource, maxContextCharacters },
    replacement: { span, text: '    # (here)' },
  });
}

test('a file that fits is shown whole, with the mark in its place', () => {
  assert.equal(cut(1_000_000), long.replace('    def here(self):\n        a()\n        b()', '    # (here)'));
});

test('what is farthest goes first, as whole definitions, and is named', () => {
  for (const limit of [10_000, 8000, 6000, 3000, 2500]) {
    const text = cut(limit);
    assert.ok(text !== null && text.length <= limit, `${text?.length} for ${limit}`);
    assert.ok(text.length > limit - 1000, `${text.length} for ${limit}: more was cut than needed`);
    assert.match(text, /# \(left out, \d+ lines: /);
    assert.match(text, / {4}# \(here\)/);
    assert.deepEqual(parser.problems(text), [], text);
    const kept = [...text.matchAll(/def (?:far|later)_(\d+)/g)].map((match) => match[0]);
    assert.ok(!kept.includes('def later_39') && !kept.includes('def far_0'));
  }
  assert.match(cut(8000) ?? '', /def later_0\(\)/);
});

test('statements of the module go when no definition is left, and too little room is said', () => {
  const text = cut(600);
  assert.ok(text !== null && text.length <= 600);
  assert.match(text, /class Shop:\n {4}kind = 1/);
  assert.doesNotMatch(text, /TABLE/);
  assert.equal(cut(60), null);
});

test('only the class is shown where that is asked for', () => {
  const text = cut(100_000, 'class');
  assert.ok(
    text !== null &&
      text.startsWith('class Shop:') &&
      text.includes('def near') &&
      text.includes('def other'),
  );
  assert.doesNotMatch(text, /far_|later_/);
  assert.match(cut(300, 'class') ?? '', /def near[^]*# \(here\)\n\n {4}# \(left out, 2 lines: other\)/);
});

test('rows that no context has room for are left out', () => {
  const row = sampleRow({ name: 'Shop.total', source: sampleFile });
  for (const task of [tasks.method_gen_multiturn, tasks.completion]) {
    assert.equal(task.whyLeftOut(row, { ...policy, maxContextCharacters: 20 }), 'context_too_small');
    assert.equal(task.whyLeftOut(row, { ...policy, maxContextCharacters: 900 }), null);
  }
});
