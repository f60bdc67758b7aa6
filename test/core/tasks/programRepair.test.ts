import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkExtraction, policy, sampleFile, sampleRow, tasks } from './sampleRow.ts';
import type { ExpectedExtraction } from './sampleRow.ts';

const task = tasks.program_repair;
const row = sampleRow({ name: 'Shop.clean', bug: { from: 'in self.banned', to: 'not in self.banned' } });
const fenced = (code: string): string => `\`\`\`python\n${code}\n\`\`\``;

const good = `    def clean(self, value):
        value = super().clean(value)
        if value in self.banned:
            raise ValueError(value)
        return value`;
const dedented = good.replaceAll(/^ {4}/gm, '');
const baseClean = `    def clean(self, value):
        if value is None:
            return ''
        return value.strip().lower()`;
const total = `    def total(self, items, *, tax=0):
        return 0`;
const candidate = { kind: 'candidate', has: 'value in self.banned' } as const;
const buggy = good.replace('in self', 'not in self');

const cases: readonly (readonly [title: string, answer: string, expected: ExpectedExtraction])[] = [
  ['the method alone, with two namesakes', fenced(good), { ...candidate, exact: true }],
  ['the method dedented', fenced(dedented), { ...candidate, exact: true }],
  ['the method without a fence', `It's this:\n\n${good}\n\nDone, isn't it?`, { ...candidate, exact: false }],
  ['the method under its class line', fenced(`class Shop(Base):\n${good}`), { ...candidate, exact: true }],
  [
    'the whole class',
    fenced(`class Shop(Base):\n${total.replace('0', '1').slice(0, 0)}    x = 1\n\n${good}`),
    { ...candidate, exact: false },
  ],
  ['the whole file', fenced(sampleFile), { ...candidate, exact: false }],
  [
    'another repair of it',
    fenced(good.replace('in self.banned', 'is self.banned')),
    { kind: 'candidate', exact: true },
  ],
  ['the method as it was', fenced(buggy), { kind: 'candidate', has: 'not in', exact: true }],
  [
    'first the wrong method, then the repaired one',
    `Wrong is:\n${fenced(buggy)}\nRight is:\n${fenced(good)}`,
    { ...candidate, exact: false },
  ],
  [
    'a helper that the file has not',
    fenced(`def helper():\n    evil()\n\n${dedented}`),
    { ...candidate, hasNot: 'evil' },
  ],
  ['a call after it', fenced(`${dedented}\n\nevil()`), { ...candidate, hasNot: 'evil' }],
  ['thinking before it', `<think>${fenced(total)}</think>\n${fenced(good)}`, candidate],
  [
    'other methods unchanged beside it',
    fenced(sampleFile.slice(sampleFile.indexOf('class Shop'))),
    candidate,
  ],
  ['a namesake by its class', fenced(`class Base:\n${good}`), { kind: 'wrong_target', found: 'Base.clean' }],
  ['a namesake by its code', fenced(baseClean), { kind: 'wrong_target', found: 'Base.clean' }],
  [
    'a namesake in a nested class',
    fenced(`class Meta:\n    def clean(self, value):\n        return 1`),
    { kind: 'wrong_target', found: 'Shop.Meta.clean' },
  ],
  ['another method', fenced(total), { kind: 'wrong_target' }],
  [
    'two methods',
    fenced(`class Shop(Base):\n${total}\n\n${good}`),
    { kind: 'wrong_target', found: 'Shop.total, Shop.clean' },
  ],
  [
    'the whole file as it was',
    fenced(row.file_with_buggy_method ?? ''),
    { kind: 'wrong_target', found: 'nothing' },
  ],
  [
    'every method of the file',
    fenced(sampleFile.replaceAll('return ', 'return 1 + ')),
    { kind: 'wrong_target' },
  ],
  [
    'the target first and another method last',
    `${fenced(good)}\nAnd:\n${fenced(total)}`,
    { kind: 'wrong_target' },
  ],
  [
    'a name that is not in the file',
    fenced(good.replace('clean', 'clean_all')),
    { kind: 'unusable_answer', reason: 'another_name' },
  ],
  [
    'a class that is not in the file',
    fenced(`class Cart:\n${good}`),
    { kind: 'unusable_answer', reason: 'another_name' },
  ],
  ['only prose', 'The bug is in clean.', { kind: 'unusable_answer', reason: 'no_code' }],
  ['only a line', fenced('if value in self.banned:'), { kind: 'unusable_answer', reason: 'no_code' }],
  ['nothing', '\n', { kind: 'unusable_answer', reason: 'empty' }],
  [
    'a broken method under its class',
    fenced(`class Shop(Base):\n${good.replace('(value)\n        return', '(value\n        return')}`),
    { kind: 'syntax_error' },
  ],
];

for (const [title, answer, expected] of cases) {
  test(`repair reads ${title}`, () => checkExtraction(task.extractCandidate(answer, row), expected, row));
}

test('reference and stub answers resolve to the method among its namesakes', () => {
  for (const [name, from] of [
    ['Base.clean', 'is None'],
    ['Shop.Meta.clean', 'query +'],
    ['Shop.clean', 'in self'],
    ['total', 'LIMIT'],
  ] as const) {
    const own = sampleRow({ name, bug: { from, to: `${from} not` } });
    const reference = task.extractCandidate(task.referenceAnswer(own), own);
    assert.equal(reference.kind === 'candidate' && reference.exactFormat && reference.file, sampleFile, name);
    checkExtraction(
      task.extractCandidate(task.stubAnswer(own), own),
      { kind: 'candidate', exact: true },
      { ...own, file_with_buggy_method: sampleFile },
    );
  }
  const setter = sampleRow({ name: 'Shop.name', occurrence: 1, bug: { from: '_name', to: '_nome' } });
  const reference = task.extractCandidate(task.referenceAnswer(setter), setter);
  assert.equal(reference.kind === 'candidate' && reference.exactFormat && reference.file, sampleFile);
});

const twins = `class A:
    def key(self, value):
        name = value.name
        return name.lower()


class B:
    def key(self, value):
        name = value.name
        return name.lower()
`;

test('an answer that equals one namesake repairs its near twin', () => {
  const answer = fenced('def key(self, value):\n    name = value.name\n    return name.lower()');
  for (const name of ['A.key', 'B.key']) {
    const own = sampleRow({ name, source: twins, bug: { from: 'lower', to: 'upper' } });
    checkExtraction(task.extractCandidate(answer, own), { kind: 'candidate', exact: true }, own);
  }
});

test('which method an answer means does not depend on which one is broken', () => {
  const answers = cases.map(([, answer]) => answer);
  const inBase = sampleRow({ name: 'Base.clean', bug: { from: 'is None', to: 'is not None' } });
  for (const [place, answer] of answers.entries()) {
    const [mine, theirs] = [row, { ...inBase, file_with_buggy_method: row.file_with_buggy_method ?? '' }].map(
      (own) => task.extractCandidate(answer, own),
    );
    assert.ok(mine && theirs);
    const bothHit = mine.kind === 'candidate' && theirs.kind === 'candidate';
    assert.ok(!bothHit, cases[place]?.[0]);
  }
});

test('a file is never cut, and one without a bug is left out', () => {
  assert.equal(task.whyLeftOut(row, policy), null);
  assert.equal(task.whyLeftOut(row, { ...policy, maxContextCharacters: 100 }), 'file_exceeds_context');
  assert.equal(task.whyLeftOut({ ...row, file_with_buggy_method: null }, policy), 'no_bug');
  assert.equal(task.whyLeftOut({ ...row, file_with_buggy_method: sampleFile }, policy), 'no_bug');
});
