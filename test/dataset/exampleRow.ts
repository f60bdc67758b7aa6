import type { Row } from '../../src/core/row.ts';

const file = [
  'class A:',
  '',
  '    def f(self, x):',
  '        y = x + 1',
  '        z = y',
  '        return z',
  '',
];

/** A small valid row; `changes` replace columns. */
export function exampleRow(changes: Partial<Row> = {}): Row {
  return {
    idx: 0,
    dp_id: 'pkg.a.A.f',
    split: 'test',
    file_path: 'pkg/a.py',
    raw_file_content: file.join('\n'),
    class_name: 'A',
    class_doc: null,
    class_code: file.slice(0, 6).join('\n'),
    class_position_in_file: [0, 5],
    method: {
      name: 'f',
      declaration: '    def f(self, x):',
      body: file.slice(3, 6).join('\n'),
      description: 'Adds one.',
      global_method_declaration_index: [2],
      global_method_body_index: [3, 5],
    },
    file_without_method: 'class A:\n\n',
    class_without_method: 'class A:\n',
    tests: { full_paths: ['tests.T.test_a'], time_test_norm: null },
    ...changes,
  };
}
