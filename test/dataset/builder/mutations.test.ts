import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { mutationOperators } from '../../../src/dataset/builder/mutationOperators.ts';
import { proposeMutations } from '../../../src/dataset/builder/proposeMutations.ts';
import type { Mutation } from '../../../src/dataset/builder/proposeMutations.ts';
import { loadPythonParser } from '../../../src/python/pythonParser.ts';
import type { PythonParser } from '../../../src/python/pythonTypes.ts';

let parser: PythonParser;
before(async () => {
  parser = await loadPythonParser();
});

function mutate(body: string, parameters = 'self, a, b'): readonly Mutation[] {
  const source = `class C:\n    def f(${parameters}):\n${body.replace(/^/gm, '        ')}\n`;
  const definition = parser.parse(source).definitions.find(({ name }) => name === 'f');
  assert.ok(definition);
  return proposeMutations({ parser, source, definition, seed: '1' });
}

/** Operator, a line, and every line that the operator makes of it. */
const table: [string, string, string[]][] = [
  ['boundary', 'return a < b', ['return a <= b']],
  ['wrong_comparison', 'return a not in b', ['return a in b']],
  ['and_or', 'return a and b', ['return a or b']],
  ['arithmetic', 'return a + b', ['return a - b']],
  ['arithmetic', 'return "%s" % b', []],
  ['update', 'a += b', ['a = b']],
  ['negated_condition', 'x = 1 if a else 2', ['x = 1 if not a else 2']],
  ['missing_operand', 'return a and b', ['return a', 'return b']],
  ['truth_for_none_check', 'return a is None', ['return not a']],
  ['truth_for_none_check', 'return a is not None', ['return a']],
  ['off_by_one', 'return a[1]', ['return a[2]', 'return a[0]']],
  ['off_by_one', 'return a[0]', ['return a[1]']],
  ['off_by_one', 'return a + 1', ['return a + 2', 'return a']],
  ['off_by_one', 'return a - 2', ['return a - 3', 'return a - 1']],
  ['off_by_one', 'return a * 2', ['return a * 3', 'return a']],
  ['off_by_one', 'return 1 + a', ['return 2 + a']],
  ['wrong_constant', 'return True', ['return False']],
  ['missing_statement', 'a.clear()', []],
  ['missing_argument', 'return isinstance(a, b)', []],
  ['missing_conversion', 'return len(a)', []],
  ['missing_conversion', 'a = str(a)', []],
  ['negated_condition', 'x = 1 if a == b else 2', []],
  ['shifted_slice', 'return a[b:]', ['return a[b + 1:]']],
  ['shifted_slice', 'return a[:b.c]', ['return a[:b.c - 1]']],
  ['shifted_slice', 'return a[1:2]', []],
  ['missing_statement', 'x = a', []],
  ['missing_keyword', 'return a(b, key=1)', ['return a(b)']],
  ['missing_keyword', 'return a(key=1, **b)', ['return a(**b)']],
  ['missing_argument', 'return a(1, b)', ['return a(1)']],
  ['missing_argument', 'return a(b)', []],
  ['swapped_arguments', 'return f(a, b)', ['return f(b, a)']],
  ['wrong_variable', 'return len(a)', ['return len(b)']],
  ['wrong_variable', 'return f(a, b)', []],
  ['wrong_variable', 'return b.get(a)', []],
  ['wrong_variable', 'return a == b', []],
  ['wrong_method', 'return a.lower()', ['return a.upper()']],
  ['wrong_method', 'return min(a)', ['return max(a)']],
  ['missing_conversion', 'return str(a)', ['return a']],
];

for (const [operator, line, expected] of table) {
  test(`${operator} makes ${expected.length === 0 ? 'nothing' : expected.join(' or ')} of: ${line}`, () => {
    const made = mutate(line).filter((mutation) => mutation.operator === operator);
    assert.deepEqual(made.map(({ after }) => after).sort(), [...expected].sort());
  });
}

test('Branches and loop exits change too', () => {
  const body = 'for x in a:\n    if x:\n        break\n    else:\n        b()\nreturn b';
  const operators = new Set(mutate(body).map(({ operator }) => operator));
  assert.ok(
    operators.has('loop_exit') && operators.has('missing_branch') && operators.has('negated_condition'),
  );
});

test('There are twelve operators or more, each named once, and each occurs in the table or the branches', () => {
  const names = mutationOperators.map(({ name }) => name);
  assert.ok(names.length >= 12);
  assert.equal(new Set(names).size, names.length);
  const tested = new Set([
    ...table.map(([name]) => name),
    'loop_exit',
    'missing_branch',
    'missing_statement',
  ]);
  assert.deepEqual(
    names.filter((name) => !tested.has(name)),
    [],
  );
});

test('Docstring, declaration, decorators and annotations are never changed', () => {
  const mutations = mutate('"""Return 1 if a < b and True."""\nx: List[1] = []\nreturn', 'self, a=1, b=True');
  assert.deepEqual(mutations, []);
});

test('A variable is not replaced by one that is bound only later', () => {
  const wrong = mutate('x = len(a)\nlater = 1\nreturn x, later', 'self, a').filter(
    ({ operator }) => operator === 'wrong_variable',
  );
  assert.ok(!wrong.some(({ after }) => after === 'x = len(later)' || after === 'x = len(x)'));
});

test('A mutation changes one place and says what, whatever characters stand around it', () => {
  const [mutation] = mutate('x = "𝒳é"\nreturn a < b').filter(({ operator }) => operator === 'boundary');
  assert.ok(mutation);
  assert.equal(mutation.before, 'return a < b');
  assert.equal(mutation.after, 'return a <= b');
  assert.ok(mutation.fileContent.includes('x = "𝒳é"\n        return a <= b\n'));
});

test('The first mutations differ in kind', () => {
  const first = mutate('if a < 1 and b:\n    a.append(b)\nreturn min(a, b)').slice(0, 5);
  assert.equal(new Set(first.map(({ operator }) => operator)).size, 5);
});

test('What is forgotten leaves no trace: its comment goes with it, and no empty block stays', () => {
  const body = `if a:
    x = 1
    # Told to everybody.
    self.tell(x)
elif b:
    x = 2
else:
    x = 3
return x`;
  const found = mutate(body);
  const [statement] = found.filter(
    ({ operator, before }) => operator === 'missing_statement' && before.includes('tell'),
  );
  assert.ok(statement);
  assert.ok(!/Told|tell|pass/.test(statement.fileContent));
  assert.deepEqual(parser.problems(statement.fileContent), []);
  const branches = found.filter(({ operator }) => operator === 'missing_branch');
  assert.equal(branches.length, 2);
  for (const { fileContent } of branches) {
    assert.ok(!fileContent.includes('pass'));
    assert.deepEqual(parser.problems(fileContent), []);
  }
});
