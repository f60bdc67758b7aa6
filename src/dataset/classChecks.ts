import type { Row } from '../core/row.ts';
import { referenceMethod, replaceMethod } from '../core/rowHelpers.ts';
import { createTasks } from '../core/tasks/index.ts';
import type { PythonParser } from '../python/pythonTypes.ts';
import type { Variant } from './builder/rowVariants.ts';
import type { Invariant } from './rowInvariants.ts';
import { testsAreApart } from './rowInvariants.ts';

/** What a row for a whole class is by its text alone. */
export const classInvariants: readonly Invariant[] = [
  {
    name: 'lines give the file back',
    holds: (row) => replaceMethod(row, referenceMethod(row)) === row.raw_file_content,
  },
  { name: 'tests are apart and few enough', holds: testsAreApart },
  {
    name: 'the task finds the reference',
    holds: (row, parser) => fileOf(parser, row, 'reference') === row.raw_file_content,
  },
];

/** Whole files that prove a row for a class: the reference must pass, a class whose methods only raise must not. */
export function classVariants(parser: PythonParser, row: Row): readonly Variant[] {
  const stub = fileOf(parser, row, 'stub');
  return [
    { name: 'reference', mustPass: true, fileContent: row.raw_file_content },
    ...(stub === null ? [] : [{ name: 'class_stub', mustPass: false, fileContent: stub }]),
  ];
}

function fileOf(parser: PythonParser, row: Row, answer: 'reference' | 'stub'): string | null {
  const task = createTasks(parser).class_generation;
  const text = answer === 'reference' ? task.referenceAnswer(row) : task.stubAnswer(row);
  const extraction = task.extractCandidate(text, row);
  return extraction.kind === 'candidate' ? extraction.file : null;
}
