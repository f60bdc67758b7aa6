import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkExtraction, parser, sampleFile, sampleRow, tasks } from './sampleRow.ts';
import type { ExpectedExtraction } from './sampleRow.ts';

const task = tasks.method_gen_multiturn;
const row = sampleRow({ name: 'Shop.total' });

const good = `    def total(self, items, *, tax=0):
        new = sum(item.price for item in items)
        return new * (1 + tax)`;
const dedented = good.replaceAll(/^ {4}/gm, '');
const fenced = (code: string, language = 'python'): string => `\`\`\`${language}\n${code}\n\`\`\``;
const candidate = { kind: 'candidate', has: 'new = sum' } as const;

const cases: readonly (readonly [title: string, answer: string, expected: ExpectedExtraction])[] = [
  ['one fenced block', fenced(good), { ...candidate, exact: true }],
  ['a fence without a language', fenced(good, ''), { ...candidate, exact: true }],
  ['a fence for py', fenced(good, 'py'), { ...candidate, exact: true }],
  ['a tilde fence', `~~~python\n${good}\n~~~`, { ...candidate, exact: true }],
  ['a long fence', `\`\`\`\`\`python\n${good}\n\`\`\`\`\``, { ...candidate, exact: true }],
  ['CRLF line endings', fenced(good).replaceAll('\n', '\r\n'), { ...candidate, exact: true }],
  ['code indented like a function', fenced(dedented), { ...candidate, exact: true }],
  ['code indented too deep', fenced(good.replaceAll(/^/gm, '        ')), { ...candidate, exact: true }],
  ['code indented by tabs', fenced(dedented.replaceAll('    ', '\t')), { ...candidate, exact: true }],
  ['a first line that lost its indentation', fenced(good.trimStart()), { ...candidate, exact: true }],
  ['prose around one block', `Here it is:\n\n${fenced(good)}\n\nIt's done.`, { ...candidate, exact: true }],
  [
    'a fence in a list',
    `1. This:\n\n   ${fenced(good).replaceAll('\n', '\n   ')}`,
    { ...candidate, exact: true },
  ],
  ['a block without its end', `\`\`\`python\n${good}`, { ...candidate, exact: false }],
  ['no fence at all', good, { ...candidate, exact: false }],
  [
    'no fence, prose around',
    `Here's the method:\n\n${good}\n\nIt's what I'd do.`,
    { ...candidate, exact: false },
  ],
  ['no fence, dedented, prose after', `${dedented}\n\nThat's it, isn't it?`, { ...candidate, exact: false }],
  [
    'thinking before',
    `<think>\n${fenced('def total(self): pass')}\n</think>\n${fenced(good)}`,
    { ...candidate, exact: true },
  ],
  [
    'thinking whose start the prompt had',
    `So I do\n${fenced('def total(self): 1')}\n</think>\n\n${fenced(good)}`,
    { ...candidate, exact: true },
  ],
  [
    'two thoughts',
    `<think>a</think>\nText\n<think>\n\`\`\`\nb</think>\n${fenced(good)}`,
    { ...candidate, exact: true },
  ],
  ['thinking that never ends', `<think>\n${fenced(good)}`, { kind: 'unusable_answer', reason: 'empty' }],
  [
    'a draft and a final block',
    `${fenced(good.replace('new', 'old'))}\nBetter:\n${fenced(good)}`,
    { ...candidate, exact: false },
  ],
  [
    'a broken last block',
    `${fenced(good)}\n${fenced('def total(self, items:\n    return')}`,
    { ...candidate, exact: false },
  ],
  ['an example of use', `${fenced(good)}\n${fenced('shop.total([])')}`, { ...candidate, exact: false }],
  ['shell before it', `${fenced('pip install x', 'bash')}\n${fenced(good)}`, { ...candidate, exact: false }],
  ['imports before it', fenced(`import os\n\n${dedented}`), { ...candidate, exact: false }],
  [
    'calls after it, which would run at import',
    fenced(`${dedented}\n\nos.remove('x')`),
    { ...candidate, exact: false, hasNot: 'os.remove' },
  ],
  ['the class around it', fenced(`class Shop(Base):\n${good}`), { ...candidate, exact: false }],
  [
    'the class with other methods',
    fenced(`class Shop:\n    def x(self): pass\n\n${good}\n\n    def y(self):\n        evil()`),
    { ...candidate, hasNot: 'evil' },
  ],
  ['the whole file', fenced(sampleFile.replace('result = 0', 'new = sum()')), { ...candidate, exact: false }],
  ['a broken whole file', fenced(`class Shop(Base:\n${good}\n\n    def name(self:\n        pass`), candidate],
  [
    'the module function too',
    fenced(`${dedented.replace('new', 'old')}\n\n\nclass Shop:\n${good}`),
    candidate,
  ],
  ['a decorator', fenced(`@cached\n${dedented}`), { ...candidate, exact: false, hasNot: '@cached' }],
  [
    'a helper inside',
    fenced(`${dedented}\n`.replace('    new', '    def add(a):\n        return a\n    new')),
    { ...candidate, has: 'def add', exact: true },
  ],
  [
    'a helper beside it',
    fenced(`def add(a):\n    return a\n\n${dedented}`),
    { ...candidate, hasNot: 'def add' },
  ],
  [
    'a fence in its docstring',
    fenced(`${dedented.replace('\n', '\n    """Use:\n\n    ```\n    x\n    ```\n    """\n')}`),
    { ...candidate, has: 'Use:' },
  ],
  ['a comment after it', fenced(`${good}\n        # The end.`), { ...candidate, exact: false }],
  ['a trailing comment and semicolon', fenced(`${good};  # done`), { ...candidate, exact: true }],
  ['async', fenced(good.replace('def', 'async def')), { ...candidate, has: 'async def total' }],
  [
    'a signature over several lines',
    fenced(good.replace('items, *,', '\n        items,\n    *,')),
    candidate,
  ],
  [
    'a comment at the margin',
    `Look:\n${dedented.replace('\n    return', '\n# why\n    return')}`,
    { ...candidate, has: 'return' },
  ],
  [
    'non-ASCII code',
    fenced(good.replace('new', 'ñandú = "𝄞é"\n        new')),
    { ...candidate, has: 'ñandú' },
  ],
  ['one line', fenced('def total(self, items, *, tax=0): return 1'), { kind: 'candidate', exact: true }],
  ['a line separator in a string', fenced(good.replace('new =', "x = '\u2028'\n        new =")), candidate],
  [
    'a longer name',
    fenced(good.replace('total', 'total_price')),
    { kind: 'unusable_answer', reason: 'another_name' },
  ],
  [
    'a shorter name',
    fenced(good.replace('total', 'tot')),
    { kind: 'unusable_answer', reason: 'another_name' },
  ],
  [
    'the method of another class',
    fenced(`class Cart:\n${good}`),
    { kind: 'unusable_answer', reason: 'another_name' },
  ],
  [
    'a function inside another',
    fenced(`def make():\n${good}`),
    { kind: 'unusable_answer', reason: 'another_name' },
  ],
  [
    'only prose',
    'I would define total so that def total is summed.',
    { kind: 'unusable_answer', reason: 'no_code' },
  ],
  ['only a body', fenced('    return sum(items)'), { kind: 'unusable_answer', reason: 'no_code' }],
  ['an empty answer', ' \n', { kind: 'unusable_answer', reason: 'empty' }],
  ['an empty block', fenced(''), { kind: 'unusable_answer', reason: 'no_code' }],
  [
    'a diff',
    fenced(` def total(self):\n-    return 1\n+    return 2`, 'diff'),
    { kind: 'unusable_answer', reason: 'no_code' },
  ],
  ['an unclosed bracket', fenced(good.replace('(1 + tax)', '(1 + tax')), { kind: 'syntax_error' }],
  ['an unclosed string', fenced(`${good}\n        x = """`), { kind: 'syntax_error' }],
  ['a body at the margin', fenced(dedented.replaceAll(/^ +/gm, '')), { kind: 'syntax_error' }],
  ['no body', fenced('def total(self, items):'), { kind: 'syntax_error' }],
  [
    'an unindent that matches nothing',
    fenced(dedented.replace('    return', '  return')),
    { kind: 'syntax_error' },
  ],
  [
    'an unexpected indent',
    fenced(good.replace('        return', '            return')),
    { kind: 'syntax_error' },
  ],
  ['a backslash at the end', fenced(`${good} \\`), { kind: 'syntax_error' }],
  ['a statement of Python 2', fenced(good.replace('return', 'print')), { kind: 'syntax_error' }],
  ['await in a plain method', fenced(good.replace('return', 'await')), { kind: 'syntax_error' }],
  ['a null character', fenced(good.replace('new', '"\0"; new')), { kind: 'syntax_error' }],
];

for (const [title, answer, expected] of cases) {
  test(`generation reads ${title}`, () => checkExtraction(task.extractCandidate(answer, row), expected, row));
}

test('the reference is the file byte for byte, the stub is well-formed and something else', () => {
  for (const name of ['Base.clean', 'Shop.total', 'Shop.clean', 'Shop.Meta.clean', 'Shop.fetch', 'total']) {
    const own = sampleRow({ name });
    const reference = task.extractCandidate(task.referenceAnswer(own), own);
    assert.equal(reference.kind === 'candidate' && reference.exactFormat && reference.file, sampleFile, name);
    checkExtraction(
      task.extractCandidate(task.stubAnswer(own), own),
      { kind: 'candidate', has: 'raise NotImplementedError', exact: true },
      own,
    );
  }
});

test('of a getter and a setter the one that was asked for is taken', () => {
  const both = `class Shop:
    @property
    def name(self):
        return 'got'

    @name.setter
    def name(self, value):
        self.x = 'set'`;
  for (const [occurrence, has] of [
    [0, 'got'],
    [1, 'set'],
  ] as const) {
    const own = sampleRow({ name: 'Shop.name', occurrence });
    checkExtraction(task.extractCandidate(fenced(both), own), { kind: 'candidate', has }, own);
  }
});

test('strings keep their inside when code is indented anew', () => {
  const own = sampleRow({ name: 'Shop.Meta.clean' });
  const extraction = task.extractCandidate(
    fenced('def clean(self, value):\n    x = """\n  a\n b"""\n    return x'),
    own,
  );
  checkExtraction(extraction, { kind: 'candidate', has: '"""\n  a\n b"""\n            return x' }, own);
});

test('a file with CRLF endings keeps them, and one without an end of line too', () => {
  for (const source of [
    sampleFile.replaceAll('\n', '\r\n'),
    sampleFile.trimEnd(),
    sampleFile.replaceAll('    ', '\t'),
  ]) {
    const own = sampleRow({ name: 'total', source });
    const reference = task.extractCandidate(task.referenceAnswer(own), own);
    assert.equal(reference.kind === 'candidate' && reference.file, source);
    const placed = task.extractCandidate(fenced('def total(items):\n    return 1\n'), own);
    assert.equal(placed.kind, 'candidate');
    if (placed.kind !== 'candidate') continue;
    assert.deepEqual(parser.problems(placed.file), []);
    assert.equal(/[^\r]\n/.test(placed.file), !source.includes('\r'));
    assert.equal(placed.file.endsWith('\n'), source.endsWith('\n'));
  }
});

test('thousands of broken definitions are one syntax error', () => {
  const hostile = 'def total(self, x:\n    return (\n'.repeat(4000);
  assert.equal(task.extractCandidate(fenced(hostile), row).kind, 'syntax_error');
});
