import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explain } from '../../src/sandbox/bubblewrap/check.ts';
import { normalizeText } from '../../src/sandbox/runner/normalizeText.ts';
import { parseFrame } from '../../src/sandbox/runner/protocol.ts';

const nonce = 'a'.repeat(32);
const good = { nonce, tests: [{ id: 'a.b', status: 'passed', seconds: 0, message: '' }], memoryError: false };

describe('a frame', () => {
  it('is believed when it is one line with the nonce', () => {
    assert.deepEqual(parseFrame(`${JSON.stringify(good)}\n`, nonce), { frame: good });
  });

  it('is refused when anything is wrong with it', () => {
    const line = `${JSON.stringify(good)}\n`;
    const twice = { ...good, tests: [...good.tests, ...good.tests] };
    const strange = { ...good, tests: [{ ...good.tests[0], status: 'missing' }] };
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}\n`;
    for (const text of [
      line + line,
      line.trimEnd(),
      'null\n',
      '{}\n',
      `x${line}`,
      deep,
      ...[twice, strange, { ...good, more: 1 }].map((one) => `${JSON.stringify(one)}\n`),
    ]) {
      assert.deepEqual(parseFrame(text, nonce), { flag: 'frame_malformed' });
    }
    assert.deepEqual(parseFrame(line, 'b'.repeat(32)), { flag: 'frame_wrong_nonce' });
    assert.deepEqual(parseFrame('', nonce), { flag: 'frame_missing' });
  });
});

describe('text of a candidate', () => {
  const clean = (text: string, limit = 1000): string => normalizeText(text, { limit, pythonHome: '/opt/py' });

  it('loses what changes from run to run', () => {
    assert.equal(clean('<X at 0x7f00dead> in 0.123s, pid 4711'), '<X at 0x0> in 0.000s, pid 0');
    assert.equal(clean('<a.b[36 chars]79d0> != 1'), '<a.b[36 chars]0> != 1');
    assert.equal(clean('<X at 0x7f[36 chars]b4d0> != 1'), '<X at 0x0[36 chars]0> != 1');
    assert.equal(
      clean("'/tmp/django_ab3_x9zq/static' http://localhost:40123/"),
      "'/tmp/x/static' http://localhost:0/",
    );
    assert.equal(
      clean('File "/opt/py/lib/python3.11/json.py" /bench/source/django/a.py'),
      'File "lib/python3.11/json.py" django/a.py',
    );
  });

  it('loses terminal escapes and control characters, and keeps its end', () => {
    assert.equal(clean('\u001b[31mred\u001b[0m\u001b]0;title\u0007\u0000!\r\n\tx'), 'red!\n\tx');
    assert.equal(clean('abcdefgh', 4), '…fgh');
  });
});

describe('what is said about a bubblewrap that does not work', () => {
  const machine = { asRoot: false, restricted: false };
  const tried = (stderr: string): Parameters<typeof explain>[0] => ({ stdout: '', stderr, code: 1 });

  it('says what to do', () => {
    assert.match(explain({ stdout: '', stderr: '', code: 'ENOENT' }, machine), /apt install bubblewrap/);
    const map = tried('bwrap: setting up uid map: Permission denied');
    assert.match(explain(map, { asRoot: false, restricted: true }), /AppArmor/);
    assert.match(explain(map, machine), /unprivileged_userns_clone/);
    const forbidden = tried('bwrap: Creating new namespace failed: Operation not permitted');
    assert.match(explain(forbidden, { asRoot: true, restricted: false }), /SYS_ADMIN/);
    assert.match(explain(tried('bwrap: Unknown option --size'), machine), /0\.7/);
    assert.match(explain(tried('bwrap: something else'), machine), /something else/);
  });
});
