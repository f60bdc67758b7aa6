import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseCompletionCut } from '../../../src/core/tasks/completionCut.ts';
import { checkExtraction, parser, policy, sampleFile, sampleRow, tasks } from './sampleRow.ts';
import type { ExpectedExtraction } from './sampleRow.ts';

const task = tasks.completion;
const row = sampleRow({ name: 'Shop.total', cutBefore: 'result += item.price' });
const fenced = (code: string, language = 'python'): string => `\`\`\`${language}\n${code}\n\`\`\``;

const good = `            result += item.price * 2
        # Tax comes last.
        return result`;
const dedented = good.replaceAll(/^ {12}/gm, '').replaceAll(/^ {8}/gm, '');
const half = `    def total(self, items, *, tax=0):
        """Sum the prices.

        Tax is added at the end.
        """
        result = 0
        for item in items:
            if item.price is None:
                continue`;
const undocumented = half.replace(/\n *"""[^]*?"""/, '');
const candidate = { kind: 'candidate', has: 'price * 2' } as const;
const next = `\n\n    def other(self):\n        evil()`;

const cases: readonly (readonly [title: string, answer: string, expected: ExpectedExtraction])[] = [
  ['the continuation alone', fenced(good), { ...candidate, exact: true }],
  ['blank lines around it', fenced(`\n${good}\n\n`), { ...candidate, exact: true }],
  ['prose around its block', `Sure:\n${fenced(good)}\nThat's it.`, { ...candidate, exact: true }],
  [
    'a draft, and the block that replaces it',
    `${fenced(good.replace('* 2', '* 3'))}\nWait, that is wrong:\n${fenced(good)}`,
    { ...candidate, exact: false },
  ],
  ['a quoted line before it', `${fenced('result = 0')}\nstarts it, so:\n${fenced(good)}`, candidate],
  [
    'what is printed before it',
    `${fenced('3', 'text')}\n${fenced('pip install shop', 'bash')}\n${fenced(good)}`,
    candidate,
  ],
  ['a continuation without a fence', good, { ...candidate, exact: false }],
  [
    'prose and a continuation without a fence',
    `The rest isn't long:\n\n${good}\n\nThat's all.`,
    { ...candidate, exact: false },
  ],
  ['thinking before it', `<think>\n${fenced('return 1')}</think>${fenced(good)}`, candidate],
  ['a first line that lost its indentation', fenced(good.trimStart()), { ...candidate, exact: false }],
  ['the whole method', fenced(`${half}\n${good}`), { ...candidate, exact: true }],
  [
    'the whole method, dedented',
    fenced(`${half}\n${good}`.replaceAll(/^ {4}/gm, '')),
    { ...candidate, exact: true },
  ],
  ['the whole method without a fence', `${half}\n${good}`, { ...candidate, exact: false }],
  [
    'the whole method without its docstring',
    fenced(`${undocumented}\n${good}`),
    { ...candidate, has: 'Sum the prices' },
  ],
  [
    'the whole method with other comments',
    fenced(`${half.replace('result = 0', '# Start.\n        result = 0')}\n${good}`),
    { ...candidate, hasNot: '# Start.' },
  ],
  [
    'the whole method with one other line',
    fenced(`${half.replace('result = 0', 'result = 0.0')}\n${good}`),
    { ...candidate, has: 'result = 0\n' },
  ],
  [
    'the whole class',
    fenced(`class Shop(Base):\n${half}\n${good}${next}`),
    { ...candidate, exact: false, hasNot: 'evil' },
  ],
  [
    'the whole file',
    fenced(sampleFile.replace('item.price\n        #', 'item.price * 2\n        #')),
    candidate,
  ],
  ['the last line again', fenced(`                continue\n${good}`), { ...candidate, exact: false }],
  ['the last line again, dedented', fenced(`continue\n${good}`), { ...candidate, exact: false }],
  [
    'the last three lines again',
    fenced(
      `        for item in items:\n            if item.price is None:\n                continue\n${good}`,
    ),
    candidate,
  ],
  [
    'the last lines again, dedented as a whole',
    fenced(`if item.price is None:\n    continue\nresult += item.price * 2`),
    { ...candidate, has: '\n            result +=' },
  ],
  [
    'a dedented single level',
    fenced('result += item.price * 2\nresult += 1'),
    { ...candidate, has: '\n            result += 1' },
  ],
  ['the next method too', fenced(`${good}${next}`), { ...candidate, exact: false, hasNot: 'evil' }],
  ['code at the margin after it', fenced(`${good}\n\nimport evil`), { ...candidate, hasNot: 'evil' }],
  [
    'a helper inside',
    fenced(`            def twice(a):\n                return a * 2\n${good}`),
    { ...candidate, has: 'def twice', exact: true },
  ],
  ['a comment before it', fenced(`            # Add.\n${good}`), { ...candidate, exact: true }],
  [
    'an else for a block that the half left open',
    fenced(`            else:\n                pass\n${good}`),
    { ...candidate, has: 'else:' },
  ],
  [
    'the half in one block and the rest in another',
    `${fenced(half)}\nThen:\n${fenced(good)}`,
    { ...candidate, exact: false },
  ],
  [
    'a whole method with another line in its half',
    fenced(`${half.replace('= 0', '= 0.0')}\n${good}`),
    { ...candidate, exact: false },
  ],
  ['an example of use', `${fenced(good)}\n${fenced('Shop().total([])')}`, { ...candidate, hasNot: 'Shop()' }],
  ['only the half', fenced(half), { kind: 'unusable_answer', reason: 'no_code' }],
  [
    'another method altogether',
    fenced('    def total(self):\n        return 1'),
    { kind: 'unusable_answer', reason: 'no_code' },
  ],
  ['prose', 'I cannot say.', { kind: 'unusable_answer', reason: 'no_code' }],
  ['nothing', '', { kind: 'unusable_answer', reason: 'empty' }],
  ['an unclosed bracket', fenced(good.replace('* 2', '* (2')), { kind: 'syntax_error' }],
  ['an unclosed string', fenced(`${good}\n        """`), { kind: 'syntax_error' }],
  ['a backslash at the end', fenced(`${good} \\`), { kind: 'syntax_error' }],
  ['prose in a fence', fenced("It's the sum, isn't it?", 'text'), { kind: 'syntax_error' }],
];

for (const [title, answer, expected] of cases) {
  test(`completion reads ${title}`, () => checkExtraction(task.extractCandidate(answer, row), expected, row));
}

test('code that lost all its levels is read at the level of the cut', () => {
  const extraction = task.extractCandidate(fenced(dedented), row);
  checkExtraction(extraction, candidate, row);
});

test('the reference continuation is the file byte for byte, the stub raises', () => {
  for (const name of ['Shop.total', 'Shop.clean', 'Shop.fetch', 'Shop.Meta.clean', 'total']) {
    for (const source of [
      sampleFile,
      sampleFile.replaceAll('\n', '\r\n'),
      sampleFile.replaceAll('    ', '\t'),
    ]) {
      const own = sampleRow({ name, source });
      const reference = task.extractCandidate(task.referenceAnswer(own), own);
      assert.equal(reference.kind === 'candidate' && reference.exactFormat && reference.file, source, name);
      checkExtraction(
        task.extractCandidate(task.stubAnswer(own), own),
        { kind: 'candidate', has: 'raise NotImplementedError', exact: true },
        own,
      );
    }
  }
});

test('a stub closes the try that the cut left open, and raises after the blocks it is in', () => {
  const source =
    'def f(x):\n    if x:\n        try:\n            a()\n            b()\n            c()\n        except E:\n            pass\n    return x\n';
  const own = sampleRow({ name: 'f', source, cutBefore: 'b()' });
  assert.equal(
    task.stubAnswer(own),
    fenced(
      '            raise NotImplementedError\n        finally:\n            raise NotImplementedError\n    raise NotImplementedError',
    ),
  );
  checkExtraction(task.extractCandidate(task.stubAnswer(own), own), { kind: 'candidate' }, own);
  const handler = sampleRow({
    name: 'f',
    source: source.replace('pass', 'd()\n            e()'),
    cutBefore: 'e()',
  });
  checkExtraction(
    task.extractCandidate(task.stubAnswer(handler), handler),
    { kind: 'candidate', hasNot: 'finally' },
    handler,
  );
});

test('a cut falls between statements nearest to the middle, into nested blocks, and never into a docstring', () => {
  const cutOf = (source: string): unknown => {
    const [definition] = parser.parse(source).definitions;
    assert.ok(definition);
    const cut = chooseCompletionCut(parser, { source, definition });
    return cut && [source.split('\n')[cut.line]?.trim(), cut.place];
  };
  assert.deepEqual(
    cutOf('def f():\n    """A\n    long\n    docstring\n    """\n    a()\n    b()\n    c()\n    d()\n'),
    ['c()', 'between_statements'],
  );
  assert.deepEqual(
    cutOf('def f():\n    with x:\n        a()\n        b(\n            1,\n            2)\n        c()\n'),
    ['b(', 'between_statements'],
  );
  assert.deepEqual(cutOf('def f():\n    if x:\n        return a(\n            1)\n'), [
    'return a(',
    'block_start',
  ]);
  assert.deepEqual(cutOf('def f():\n    """Doc."""\n    return 1\n'), ['return 1', 'after_docstring']);
  assert.deepEqual(cutOf('def f():\n    a(); b()\n'), null);
  assert.deepEqual(cutOf('def f():\n    a()\n    a()\n    b()\n'), ['b()', 'between_statements']);
  assert.deepEqual(cutOf('def f():\n    a()\n    # why\n    b()\n'), ['# why', 'between_statements']);
});

test('a method without a place to cut is left out', () => {
  const own = sampleRow({ name: 'f', source: 'def f(\n    x\n):\n    return 1\n' });
  assert.equal(task.whyLeftOut(own, policy), 'no_cut');
  assert.equal(task.whyLeftOut(row, policy), null);
});

test('a setter after the continuation of a getter is not taken for the method', () => {
  const own = sampleRow({ name: 'Shop.name', cutBefore: "return value or 'shop'" });
  const answer = fenced(
    "        return value or 'mall'\n\n    @name.setter\n    def name(self, value):\n        evil()",
  );
  checkExtraction(
    task.extractCandidate(answer, own),
    { kind: 'candidate', has: 'mall', hasNot: 'evil' },
    own,
  );
});

test('The published form of the prompt ends where the method is cut; the other also shows what follows', () => {
  const texts = { prompt: '{context}' };
  const both = { ...policy, completionForm: 'prefix_suffix' } as const;
  const whole = task.composePrompt(row, both, texts)[0]?.content ?? '';
  const prefix = task.composePrompt(row, policy, texts)[0]?.content ?? '';
  assert.ok(whole.includes('def fetch'));
  assert.ok(!prefix.includes('def fetch'));
  assert.match(prefix, /continue\n {12}# \(continue here\)\n```$/);
  assert.ok(whole.startsWith(prefix.slice(0, -3)));
  const short = { ...policy, maxContextCharacters: 400 };
  assert.match(task.composePrompt(row, short, texts)[0]?.content ?? '', /left out[^]*continue here/);
});
