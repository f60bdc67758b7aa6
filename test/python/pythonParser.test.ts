import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import type { Definition } from '../../src/python/pythonTypes.ts';

const parser = await loadPythonParser();

const source = `class A:
    x = 1

    @first
    @second(
        1)
    async def f(self, é="𝄞",
                b=1) -> int:
        # before
        """Doc
        string."""
        if b:
            def g(): pass
            return """
x"""
        # trailing
    def f(self): return 1
    # after
    class B:
        "doc"
        def h(self):
            try:
                a()
            except E:
                b()
`;

function definitionOf(text: string, name: string, occurrence = 0): Definition {
  const found = parser
    .parse(text)
    .definitions.find((each) => each.qualifiedName === name && each.occurrence === occurrence);
  assert.ok(found, name);
  return found;
}

test('definitions have qualified names, decorators and occurrences', () => {
  const { definitions } = parser.parse(source);
  assert.deepEqual(
    definitions.map(({ qualifiedName, occurrence, className }) => [qualifiedName, occurrence, className]),
    [
      ['A', 0, null],
      ['A.f', 0, 'A'],
      ['A.f.<locals>.g', 0, null],
      ['A.f', 1, 'A'],
      ['A.B', 0, 'A'],
      ['A.B.h', 0, 'A.B'],
    ],
  );
  const first = definitionOf(source, 'A.f');
  assert.deepEqual(first.decorators, ['@first', '@second( 1)']);
  assert.equal(first.signature, '(self, é="𝄞", b=1) -> int');
  assert.equal(first.isAsync, true);
});

test('spans say where decorators, declaration, docstring and body are, trailing comments left out', () => {
  const { startLine, definitionLine, headerEndLine, bodyStartLine, docstring, endLine } = definitionOf(
    source,
    'A.f',
  );
  assert.deepEqual([startLine, definitionLine, headerEndLine, bodyStartLine, endLine], [3, 6, 7, 9, 14]);
  assert.deepEqual(docstring, { startLine: 9, endLine: 10 });
  const { startIndex, endIndex } = definitionOf(source, 'A.f');
  assert.ok(
    source.slice(startIndex, endIndex).startsWith('async def f') &&
      source.slice(startIndex, endIndex).endsWith('x"""'),
  );
  const oneLine = definitionOf(source, 'A.f', 1);
  assert.deepEqual([oneLine.definitionLine, oneLine.bodyStartLine, oneLine.endLine], [16, 16, 16]);
});

test('CRLF, form feeds, tabs and a missing end of line change no span', () => {
  const spans = (text: string): unknown =>
    parser
      .parse(text)
      .definitions.map(({ qualifiedName, startLine, endLine }) => [qualifiedName, startLine, endLine]);
  const expected = spans(source);
  assert.deepEqual(spans(source.replaceAll('\n', '\r\n')), expected);
  assert.deepEqual(spans(source.trimEnd()), expected);
  assert.deepEqual(spans(source.replaceAll('    ', '\t')), expected);
  assert.deepEqual(spans(source.replace('    # after', '\f    # after')), expected);
  assert.deepEqual(parser.problems(source), []);
});

test('statements go into nested blocks, with their siblings, docstrings and helpers marked', () => {
  const statements = parser.statements(source, definitionOf(source, 'A.f'));
  assert.deepEqual(
    statements.map(({ type, startLine, endLine, depth, position, isDocstring, inNestedDefinition }) => [
      type.split('_')[0],
      startLine,
      endLine,
      depth,
      position,
      isDocstring,
      inNestedDefinition,
    ]),
    [
      ['expression', 9, 10, 0, 0, true, false],
      ['if', 11, 14, 0, 1, false, false],
      ['function', 12, 12, 1, 0, false, false],
      ['pass', 12, 12, 2, 0, false, true],
      ['return', 13, 14, 1, 1, false, false],
    ],
  );
  const handler = parser.statements(source, definitionOf(source, 'A.B.h'));
  assert.deepEqual(
    handler.map(({ startIndex, endIndex }) => source.slice(startIndex, endIndex).split('\n')[0]),
    ['try:', 'a()', 'b()'],
  );
  assert.notEqual(handler[1]?.block, handler[2]?.block);
});

test('nodes of a definition stand at the offsets of the file', () => {
  const nodes = parser.nodes(source, definitionOf(source, 'A.f'));
  assert.equal(nodes[0]?.parent, -1);
  const text = nodes
    .filter(({ type }) => type === 'identifier')
    .map(({ startIndex, endIndex }) => source.slice(startIndex, endIndex));
  assert.deepEqual(text, ['f', 'self', 'é', 'b', 'int', 'b', 'g']);
  assert.deepEqual([...parser.stringLines(source)], [14]);
});

test('what Python would refuse is a problem, and what it takes is none', () => {
  const refused = [
    'def f():',
    'def f():\nreturn 1',
    'def f():\n        a\n    b',
    'def f():\n    a\n      b',
    '  x = 1',
    'print "x"',
  ];
  refused.push(
    'def f():\n    await x',
    'def f():\n    return (1',
    'x = """',
    'return 1 \\',
    'if x:\n# only',
    'class A:\n    """',
    'def f(:\n  1',
  );
  for (const text of refused) assert.notDeepEqual(parser.problems(text), [], text);
  const taken = [
    'x = [1,\n2]; y = 2',
    'if x: y; z',
    'match x:\n    case 1:\n        a',
    'x = 1 + \\\n  2\n',
    'class A: pass',
    '',
  ];
  taken.push(
    'def f(x, /, *, y): ...',
    'with (a as b, c): pass',
    'async def f():\n    return [await x async for x in y]',
  );
  for (const text of taken) assert.deepEqual(parser.problems(text), [], text);
});

test('a file is the same outside a definition only when nothing else changed its place', () => {
  const same = (to: string): boolean => {
    const after = source.replace('def h(self):', to);
    return parser.sameOutside(
      { source, definition: definitionOf(source, 'A.B.h') },
      { source: after, definition: definitionOf(after, 'A.B.h') },
    );
  };
  assert.equal(same('def h(self, x):'), true);
  assert.equal(same('def h(self):\n            """\n            text"""'), true);
  assert.equal(same('y = 1\n        def h(self):'), false);
  const after = source.replace('x = 1', 'x = 2');
  const located = { source: after, definition: definitionOf(after, 'A.B.h') };
  assert.equal(parser.sameOutside({ source, definition: definitionOf(source, 'A.B.h') }, located), false);
});

test('many sources one after another stay right and free their trees', () => {
  const texts = Array.from({ length: 200 }, (_, place) => `def f${place}():\n    return ${place}\n`);
  for (const round of [0, 1]) {
    for (const [place, text] of texts.entries()) {
      const [definition] = parser.parse(text).definitions;
      assert.equal(definition?.name, `f${place}`, String(round));
      assert.equal(parser.statements(text, definition).length, 1);
    }
  }
});
