import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../../../src/core/row.ts';
import { classRows } from '../../../src/dataset/classRows.ts';
import { taskRows } from '../../../src/dataset/taskRows.ts';
import { parser, policy, sampleFile, sampleRow, tasks } from './sampleRow.ts';

const task = tasks.class_generation;
const lines = sampleFile.split('\n');
const [shop] = parser.parse(sampleFile).definitions.filter(({ name }) => name === 'Shop');
assert.ok(shop);
const span = [shop.definitionLine, shop.endLine];

/** A method's row as the builder makes it. */
function methodRow(name: string, tests: readonly string[], heldOut: readonly string[]): Row {
  const row = sampleRow({ name, cutBefore: 'return' });
  assert.ok(row.triathlon);
  return {
    ...row,
    dp_id: `shop.models.${name}`,
    class_name: 'Shop',
    class_doc: 'A shop.',
    class_position_in_file: span,
    tests: { full_paths: tests, time_test_norm: null },
    triathlon: { ...row.triathlon, held_out_tests: heldOut, description_source: 'docstring' },
  };
}

const methods = [
  methodRow('Shop.total', ['t.A.test_a', 't.A.test_b'], ['t.B.test_c']),
  methodRow('Shop.clean', ['t.A.test_a'], ['t.C.test_d', 't.C.test_b']),
];
const [row] = classRows(methods);
assert.ok(row);

test('A class has the tests of its methods, apart again, and its lines give the file back', () => {
  assert.equal(row.dp_id, 'shop.models.Shop');
  assert.equal(row.triathlon?.qualified_name, 'Shop');
  const { full_paths } = row.tests;
  const heldOut = row.triathlon?.held_out_tests ?? [];
  assert.deepEqual([...full_paths, ...heldOut].sort(), [
    't.A.test_a',
    't.A.test_b',
    't.B.test_c',
    't.C.test_b',
    't.C.test_d',
  ]);
  assert.ok(full_paths.length > 0 && heldOut.length > 0);
  // Twins by name stay on one side.
  assert.equal(full_paths.includes('t.A.test_b'), full_paths.includes('t.C.test_b'));
  assert.equal(
    `${row.method.declaration}\n${row.method.body}`,
    lines.slice(span[0], (span[1] ?? 0) + 1).join('\n'),
  );
  assert.ok(!row.file_without_method.includes('class Shop'));
});

test('The prompt has the skeleton with declarations and docstrings, and nothing of a body', () => {
  const [message] = task.composePrompt(row, policy, { prompt: '{skeleton}\n----\n{context}' });
  const [skeleton = '', context = ''] = (message?.content ?? '').split('\n----\n');
  assert.match(skeleton, /class Shop\(Base\):\n {4}"""A shop\."""/);
  assert.match(
    skeleton,
    /def total\(self, items, \*, tax=0\):\n {8}"""Sum the prices\.[^]*?"""\n {8}\.\.\.\n/,
  );
  assert.match(skeleton, /@name\.setter\n {4}def name\(self, value\):\n {8}\.\.\./);
  assert.match(skeleton, /class Meta:\n {8}def clean\(self, value\):\n {12}\.\.\./);
  assert.ok(!/item\.price|SELECT|page/.test(skeleton + context));
  assert.match(context, /^ *# \(write class Shop here\)$/m);
  assert.match(context, /def total\(items\):\n {4}count/);
});

test("The reference's answer gives the file back, the stub's a class whose methods only raise", () => {
  const reference = task.extractCandidate(task.referenceAnswer(row), row);
  assert.ok(reference.kind === 'candidate' && reference.exactFormat);
  assert.equal(reference.file, sampleFile);
  const stub = task.extractCandidate(task.stubAnswer(row), row);
  assert.ok(stub.kind === 'candidate');
  assert.equal(stub.code.match(/raise NotImplementedError/g)?.length, 6);
  assert.deepEqual(parser.problems(stub.file), []);
  assert.ok(stub.file.endsWith(sampleFile.slice(sampleFile.indexOf('\n\ndef total(items)'))));
});

const answers: readonly (readonly [title: string, answer: string, expected: string])[] = [
  ['nothing', ' ', 'empty'],
  ['no class', '```python\ndef total(self):\n    return 1\n```', 'no_code'],
  ['another class', '```python\nclass Shopping:\n    pass\n```', 'another_name'],
  ['a broken class', '```python\nclass Shop(Base):\n    def total(self:\n        pass\n```', 'no_code'],
  ['a class with a broken body', '```python\nclass Shop(Base):\n    x = = 1\n```', 'syntax_error'],
  ['a class without a fence', 'Here:\nclass Shop(Base):\n    x = 1\n', 'candidate'],
  ['an indented class', '```python\n  class Shop(Base):\n      x = 1\n```', 'candidate'],
  [
    'a class between other code',
    '```python\nimport os\nclass Shop(Base):\n    x = 1\ny = 2\n```',
    'candidate',
  ],
];
for (const [title, answer, expected] of answers) {
  test(`An answer with ${title} is: ${expected}`, () => {
    const extraction = task.extractCandidate(answer, row);
    const found = extraction.kind === 'unusable_answer' ? extraction.reason : extraction.kind;
    assert.ok(
      found === expected || (expected === 'no_code' && found === 'syntax_error'),
      JSON.stringify(extraction),
    );
    if (extraction.kind !== 'candidate') return;
    if (!title.includes('indented')) assert.equal(extraction.exactFormat, false);
    assert.match(extraction.file, /^class Shop\(Base\):\n {4}x = 1\n\n\ndef total/m);
  });
}

test('A class keeps what stands after a fence in one of its docstrings', () => {
  const docstring = '    """A shop.\n\n    ```\n    Shop().x\n    ```\n    """\n';
  const answer = `\`\`\`python\nclass Shop(Base):\n${docstring}    x = 1\n\`\`\`\n`;
  const extraction = task.extractCandidate(answer, row);
  assert.equal(extraction.kind, 'candidate', JSON.stringify(extraction));
  assert.match(extraction.kind === 'candidate' ? extraction.file : '', /"""\n {4}x = 1\n/);
});

test('A run takes the rows that say something about what it asks, and counts the others', () => {
  const [total, clean] = methods;
  assert.ok(total?.triathlon && clean?.triathlon);
  const derived = { ...clean, triathlon: { ...clean.triathlon, description_source: 'derived' as const } };
  const completion = { cut_line: 30, cut_line_25: 28 };
  const cut = { ...total, triathlon: { ...total.triathlon, completion } };
  const rows = [cut, derived];
  const generation = { task: 'method_gen_multiturn', policy } as const;
  assert.deepEqual(taskRows(rows, generation), { rows: [cut], leftOut: { derived_description: 1 } });
  const all = { ...generation, policy: { ...policy, derivedDescriptions: true as const } };
  assert.equal(taskRows(rows, all).rows.length, 2);
  const early = taskRows(rows, { task: 'completion', policy: { ...policy, cutPercent: 25 } });
  assert.deepEqual(early.leftOut, { no_cut_there: 1 });
  assert.equal(early.rows[0]?.triathlon?.completion?.cut_line, 28);
  assert.equal(taskRows(rows, { task: 'program_repair', policy }).rows, rows);
  const classes = taskRows(rows, { ...generation, policy: { ...policy, genTarget: 'class' } });
  assert.deepEqual(
    classes.rows.map(({ dp_id }) => dp_id),
    ['shop.models.Shop'],
  );
});
