import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { replaceMethod, referenceMethod } from '../../../src/core/rowHelpers.ts';
import { chooseCuts } from '../../../src/dataset/builder/chooseCuts.ts';
import { composeRow, nameRow } from '../../../src/dataset/builder/composeRow.ts';
import { findMethods } from '../../../src/dataset/builder/findMethods.ts';
import { completionVariants } from '../../../src/dataset/builder/rowVariants.ts';
import { loadPythonParser } from '../../../src/python/pythonParser.ts';
import type { PythonParser } from '../../../src/python/pythonTypes.ts';

let parser: PythonParser;
before(async () => {
  parser = await loadPythonParser();
});

const file = `import abc

class Outer:
    """About outer things."""

    class Inner:
        @property
        # not the leading comment
        def described(self):
            """
            Say what is described
              here, indented.
            """
            a = 1
            if a:
                b = 2
                # about c
                c = 3
            return a

    # Commented on in the line above it.
    def commented(
        self,
        x,
    ):
        y = x

        y += 1
        return y

    @abc.abstractmethod
    def abstract(self):
        """Nothing but a promise to keep."""
        a = 1
        b = 2
        return a + b

    def delegates(self):
        """Hands everything on to another method."""
        return self.other(
            1,
            2,
        )

    def bare(self):
        a = 1
        b = 2
        return a + b

    def twice(self):
        """Defined two times in one class."""
        a = 1
        b = 2
        return a

    def twice(self):
        """Defined two times in one class."""
        a = 1
        b = 2
        return b

def function():
    """Stands in no class at all."""
    a = 1
    b = 2
    return a
`;

const additions = {
  schema: 1,
  qualified_name: '',
  environment: `sha256:${'0'.repeat(64)}`,
  held_out_tests: [],
  expected_statuses: {},
  reference_seconds: { visible: 0, held_out: 0 },
  load_bearing: false,
  single_test: true,
} as const;

test('Methods and functions with a body of their own are found; the others are counted with the reason', () => {
  const { methods, functions, leftOut } = findMethods(parser, file);
  assert.deepEqual(
    methods.map((method) => [method.definition.qualifiedName, method.description?.text ?? null]),
    [
      ['Outer.Inner.described', 'Say what is described\n  here, indented.'],
      ['Outer.commented', null],
      ['Outer.bare', null],
      ['function', 'Stands in no class at all.'],
    ],
  );
  assert.deepEqual(
    methods.map(({ description }) => description?.source),
    ['docstring', undefined, undefined, 'docstring'],
  );
  assert.equal(methods[1]?.comment, 'Commented on in the line above it.');
  assert.equal(methods.at(-1)?.classDefinition, null);
  assert.deepEqual(
    methods[1]?.codeLines.map((line) => file.split('\n')[line]?.trim()),
    ['y = x', 'y += 1', 'return y'],
  );
  assert.deepEqual(leftOut, { abstract: 1, wrapper: 1, defined_twice: 2 });
  assert.equal(functions, 8);
});

const threeLines = '    a = 1\n    b = 2\n    return a';

/** A source with a function `f`, and why that cannot become a row. */
const unfit: readonly [string, string][] = [
  [`@property\ndef f(s):\n${threeLines}\n@f.setter\ndef f(s, v):\n${threeLines}`, 'property_setter'],
  [`@typing.overload\ndef f(a: int) -> int:\n${threeLines}`, 'overload'],
  [`def f():\n    warnings.warn("x", RemovedInNextVersionWarning)\n${threeLines}`, 'deprecated'],
  [`def f():\n    sympy_deprecation_warning("x")\n${threeLines}`, 'deprecated'],
  [`def f():\n    """Words.\n\n    .. deprecated:: 1.5\n    """\n${threeLines}`, 'deprecated'],
  ['def f():\n\ta = 1\n\tb = 2\n\treturn a', 'tabs'],
  ['def f(): return 1', 'body_on_the_line_of_def'],
  ['def f():\n    """Words."""\n    raise NotImplementedError(\n        1,\n    )', 'abstract'],
  ['def f(a):\n    a = 1\n    return a', 'too_short'],
  ['def g(a):\n    def f():\n        b = 1\n        c = 2\n        return c\n    return f', 'nested'],
];
for (const [source, reason] of unfit) {
  test(`A function is left out with a reason: ${reason}`, () => {
    const { methods, leftOut } = findMethods(parser, `${source}\n`);
    assert.ok((leftOut[reason] ?? 0) >= 1, JSON.stringify(leftOut));
    assert.ok(methods.every(({ definition }) => definition.qualifiedName !== 'f'));
  });
}

test('An async function and a decorated one are as good as others', () => {
  const source = '@cache\nasync def f(a):\n    b = await a\n    c = b + 1\n    return c\n';
  assert.equal(findMethods(parser, source).methods[0]?.definition.isAsync, true);
});

test("A row's lines give its file back, and decorators go with the method", () => {
  for (const method of findMethods(parser, file).methods) {
    const row = composeRow({
      name: 'pkg.f',
      method,
      filePath: 'pkg/sub/__init__.py',
      source: file,
      visible: ['t'],
      additions,
    });
    assert.equal(replaceMethod(row, referenceMethod(row)), file);
    assert.equal(row.dp_id, 'pkg.f');
    assert.match(row.method.declaration, /^ *def (described|commented|bare|function)\(/);
    assert.ok(!row.file_without_method.includes(`def ${row.method.name}(`));
    assert.ok((row.class_code ?? file).includes(row.method.body));
    assert.equal(row.class_code === null, row.method.name === 'function');
  }
  const [described] = findMethods(parser, file).methods;
  assert.ok(described);
  const row = composeRow({
    name: 'd',
    method: described,
    filePath: 'a.py',
    source: file,
    visible: ['t'],
    additions,
  });
  assert.ok(!row.file_without_method.includes('@property'));
  assert.equal(row.class_name, 'Inner');
});

test('A row is named as its method is imported: without the folder of a src layout', () => {
  assert.equal(nameRow('pkg/sub/__init__.py', 'C.f', ['.', 'tests']), 'pkg.sub.C.f');
  assert.equal(nameRow('src/pkg/a.py', 'f', ['src']), 'pkg.a.f');
  assert.equal(nameRow('lib/python/pkg/a.py', 'f', ['lib', './lib/python/']), 'pkg.a.f');
});

test('Cuts stand between statements, nested ones too, and never right after the docstring', () => {
  const [described] = findMethods(parser, file).methods;
  assert.ok(described);
  const lines = file.split('\n');
  const target = { source: file, definition: described.definition };
  const cuts = chooseCuts(parser, target, 50).map((line) => lines[line]?.trim());
  assert.deepEqual(new Set(cuts), new Set(['# about c', 'if a:', 'return a']));
});

test('A cut in a try block is closed before something raises or does nothing there', () => {
  const source = `class A:\n    def f(self):\n        try:\n            a = 1\n            b = 2\n        except ValueError:\n            a = 3\n        return a\n`;
  const [definition] = parser.parse(source).definitions.filter(({ name }) => name === 'f');
  assert.ok(definition);
  const row = {
    ...composeRow({
      name: 'A.f',
      method: {
        definition,
        classDefinition: parser.parse(source).definitions[0] ?? definition,
        bodyLine: 2,
        description: null,
        comment: null,
        classDocstring: null,
        codeLines: [],
      },
      filePath: 'a.py',
      source,
      visible: ['t'],
      additions: { ...additions, completion: { cut_line: 4 } },
    }),
  };
  const inTry = completionVariants(parser, row).map(({ fileContent }) =>
    fileContent
      .split('\n')
      .slice(4)
      .map((line) => line.trim()),
  );
  assert.deepEqual(inTry, [
    ['pass', 'finally:', 'pass', 'pass', ''],
    ['raise NotImplementedError', 'finally:', 'raise NotImplementedError', 'raise NotImplementedError', ''],
  ]);
  const later = { ...row, triathlon: { ...additions, completion: { cut_line: 7 } } };
  assert.deepEqual(
    completionVariants(parser, later).map(({ fileContent }) => fileContent.split('\n')[7]?.trim()),
    ['pass', 'raise NotImplementedError'],
  );
});
