import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { replaceMethod, referenceMethod } from '../../../src/core/rowHelpers.ts';
import { chooseCuts } from '../../../src/dataset/builder/chooseCuts.ts';
import { composeRow } from '../../../src/dataset/builder/composeRow.ts';
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

test('Described methods with a body of their own are found; abstract, delegating, bare and repeated ones are not', () => {
  const found = findMethods(parser, file);
  assert.deepEqual(
    found.map((method) => [method.definition.qualifiedName, method.description]),
    [
      ['Outer.Inner.described', 'Say what is described\n  here, indented.'],
      ['Outer.commented', 'Commented on in the line above it.'],
    ],
  );
  assert.deepEqual(
    found[1]?.codeLines.map((line) => file.split('\n')[line]?.trim()),
    ['y = x', 'y += 1', 'return y'],
  );
});

test("A row's lines give its file back, and decorators go with the method", () => {
  for (const method of findMethods(parser, file)) {
    const row = composeRow({
      method,
      filePath: 'pkg/sub/__init__.py',
      source: file,
      visible: ['t'],
      additions,
    });
    assert.equal(replaceMethod(row, referenceMethod(row)), file);
    assert.equal(row.dp_id, `pkg.sub.${method.definition.qualifiedName}`);
    assert.match(row.method.declaration, /^ +def (described|commented)\(/);
    assert.ok(!row.file_without_method.includes(`def ${row.method.name}(`));
    assert.ok(row.class_code?.includes(row.method.body));
  }
  const [described] = findMethods(parser, file);
  assert.ok(described);
  const row = composeRow({ method: described, filePath: 'a.py', source: file, visible: ['t'], additions });
  assert.ok(!row.file_without_method.includes('@property'));
  assert.equal(row.class_name, 'Inner');
});

test('Cuts stand between statements, nested ones too, and never right after the docstring', () => {
  const [described] = findMethods(parser, file);
  assert.ok(described);
  const lines = file.split('\n');
  const cuts = chooseCuts(parser, file, described.definition).map((line) => lines[line]?.trim());
  assert.deepEqual(new Set(cuts), new Set(['# about c', 'if a:', 'return a']));
});

test('A cut in a try block is closed before something raises or does nothing there', () => {
  const source = `class A:\n    def f(self):\n        try:\n            a = 1\n            b = 2\n        except ValueError:\n            a = 3\n        return a\n`;
  const [definition] = parser.parse(source).definitions.filter(({ name }) => name === 'f');
  assert.ok(definition);
  const row = {
    ...composeRow({
      method: {
        definition,
        classDefinition: parser.parse(source).definitions[0] ?? definition,
        bodyLine: 2,
        description: '',
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
