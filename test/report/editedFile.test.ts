import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../../src/core/row.ts';
import { createTasks } from '../../src/core/tasks/index.ts';
import { loadPythonParser } from '../../src/python/pythonParser.ts';
import { editedFile } from '../../src/report/recompose.ts';
import { rowOf } from './syntheticRun.ts';

const tasks = createTasks(await loadPythonParser());

const lines = [
  'import os',
  '',
  '',
  'class A:',
  '    @property',
  '    def f(self):',
  '        """Doc."""',
  '        if os.sep:',
  '            return 1',
  '        return 2',
  '',
  '    def g(self):',
  '        return 3',
  '',
];

function rowWith(source: string): Row {
  const ending = source.includes('\r\n') ? '\r\n' : '\n';
  const all = source.split(ending);
  const last = 9;
  return {
    ...rowOf(0),
    raw_file_content: source,
    file_with_buggy_method: source.replace('return 2', 'return 22'),
    method: {
      ...rowOf(0).method,
      declaration: all[5] ?? '',
      body: all.slice(6, last + 1).join(ending),
      global_method_declaration_index: [5],
      global_method_body_index: [6, last],
    },
  };
}

const answers = {
  same: lines.slice(5, 10).join('\n'),
  longer: 'def f(self):\n  x = os.sep\n  y = """\n  kept\n"""\n  return x or y',
  decorated: '@property\ndef f(self):\n    return 7\n',
  oneLine: 'def f(self): return 8',
};

test('the file put together from an outcome is the file that was tested, in every task and shape of answer', () => {
  let compared = 0;
  for (const source of [
    lines.join('\n'),
    lines.join('\r\n'),
    lines.slice(0, 10).join('\n'),
    lines.slice(0, 10).join('\r\n'),
  ]) {
    const row = rowWith(source);
    for (const task of [tasks.method_gen_multiturn, tasks.program_repair, tasks.completion]) {
      for (const [shape, code] of Object.entries(answers)) {
        const found = task.extractCandidate(`Here:\n\`\`\`python\n${code}\n\`\`\`\n`, row);
        if (found.kind !== 'candidate') continue;
        const again = editedFile(row, { verdict: { kind: 'failed' }, code: found.code });
        assert.equal(again, found.file, `${task.name}, ${shape}`);
        compared += 1;
      }
    }
  }
  assert.ok(compared >= 24, `only ${compared} candidates were compared`);
});

test('what was never tested has no file', () => {
  const row = rowWith(lines.join('\n'));
  const code = 'def f(self):';
  for (const kind of ['wrong_target', 'syntax_error'] as const) {
    assert.equal(editedFile(row, { verdict: { kind }, code }), null);
  }
  assert.equal(editedFile(row, { verdict: { kind: 'unusable_answer', reason: 'empty' }, code: null }), null);
});
