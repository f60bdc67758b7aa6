import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  indentationWidth,
  linesText,
  reindent,
  spliceLines,
  withLineEndingOf,
  withPlainLineEndings,
} from '../../src/python/lines.ts';

test('lines are replaced and the rest stays byte for byte', () => {
  const source = 'a\r\nb\n\fc\n\u2028d';
  assert.equal(spliceLines(source, { startLine: 1, endLine: 1 }, 'x\ny'), 'a\r\nx\ny\n\fc\n\u2028d');
  assert.equal(linesText(source, { startLine: 1, endLine: 2 }), 'b\n\fc');
  assert.equal(spliceLines(source, { startLine: 3, endLine: 3 }, 'z'), 'a\r\nb\n\fc\nz');
});

test('indentation is as wide as Python counts it', () => {
  assert.deepEqual(['', '  ', '\t', '  \t', '\t  ', '    \f '].map(indentationWidth), [0, 2, 8, 8, 10, 1]);
});

test('lines move to another indentation but for the inside of strings', () => {
  const lines = ['  def f():', '      """', 'text', '', '   ', '# comment', '      return 1'];
  const moved = reindent({ lines, from: '  ', to: '\t', fixed: new Set([2]) });
  assert.deepEqual(moved, ['\tdef f():', '\t    """', 'text', '', '', '\t# comment', '\t    return 1']);
  assert.deepEqual(reindent({ lines, from: '  ', to: '  ', fixed: new Set() }), lines);
});

test('line endings follow the file', () => {
  assert.equal(withPlainLineEndings('a\r\nb\rc\n'), 'a\nb\nc\n');
  assert.equal(withLineEndingOf('x\r\ny', 'a\nb', false), 'a\r\nb\r');
  assert.equal(withLineEndingOf('x\r\ny', 'a\nb', true), 'a\r\nb');
  assert.equal(withLineEndingOf('x\ny\r\n', 'a\nb', false), 'a\nb');
});
