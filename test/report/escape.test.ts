import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeForTerminal } from '../../src/report/escape.ts';

test('escape sequences, control and invisible characters are removed, ordinary text stays', () => {
  assert.equal(escapeForTerminal('\u001b[31mred\u001b[0m'), 'red');
  assert.equal(escapeForTerminal('\u001b]8;;http://evil\u0007link\u001b]8;;\u0007'), 'link');
  assert.equal(escapeForTerminal('a\u001bPq#0\u001b\\b\u0090c\u009cd').includes('\u001b'), false);
  assert.equal(escapeForTerminal('one\r\ntwo\tthree\u2028four'), 'one two three four');
  assert.equal(escapeForTerminal('abc\u202egnp.exe\u200b\u0000\ud800'), 'abcgnp.exe');
  assert.equal(escapeForTerminal('Ünïcode 漢字 🙂 – fine'), 'Ünïcode 漢字 🙂 – fine');
});

test('a sequence that is cut short or nested leaves nothing behind', () => {
  for (const text of ['\u001b', '\u001b[', '\u001b[31', '\u001b\u001b[31m[31mx', '\u001b]0;never ended']) {
    assert.doesNotMatch(escapeForTerminal(text), /[\p{Cc}\p{Cf}]/u);
  }
});

test('long text is cut, also when it is made of characters that are removed', () => {
  assert.equal(escapeForTerminal('x'.repeat(1_000), 10), `${'x'.repeat(9)}…`);
  assert.equal(escapeForTerminal('🙂'.repeat(20), 3), '🙂🙂…');
  assert.ok(escapeForTerminal(`${'\u001b[31m'.repeat(1_000_000)}end`, 10).length <= 10);
});
