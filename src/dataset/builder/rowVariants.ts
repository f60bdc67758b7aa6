import type { Row, TaskName } from '../../core/row.ts';
import { referenceMethod, replaceMethod } from '../../core/rowHelpers.ts';
import { halfMethodOf, raisingContinuation } from '../../core/tasks/halfMethod.ts';
import { createTasks } from '../../core/tasks/index.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';

/** Whole files that prove a row: what must pass, and what must not. */
export const variantNames = [
  'reference',
  'pass_stub',
  'raise_stub',
  'completion_pass',
  'completion_raise',
  'bug',
] as const;
export type VariantName = (typeof variantNames)[number];

export interface Variant {
  readonly name: VariantName;
  readonly mustPass: boolean;
  readonly fileContent: string;
}

/** The variants of a row; those of completion and repair only where the row has them. */
export function rowVariants(parser: PythonParser, row: Row): readonly Variant[] {
  const variants: Variant[] = [
    { name: 'reference', mustPass: true, fileContent: replaceMethod(row, referenceMethod(row)) },
    ...stubVariants(row),
    ...(row.triathlon?.completion === undefined ? [] : completionVariants(parser, row)),
  ];
  const buggy = row.file_with_buggy_method;
  if (typeof buggy === 'string') variants.push({ name: 'bug', mustPass: false, fileContent: buggy });
  return variants;
}

/** The method with a body that raises, and with one that does nothing. */
export function stubVariants(row: Row): readonly Variant[] {
  const stub = (statement: string): string =>
    replaceMethod(row, `${row.method.declaration}\n${bodyIndentation(row)}${statement}`);
  return [
    { name: 'pass_stub', mustPass: false, fileContent: stub('pass') },
    { name: 'raise_stub', mustPass: false, fileContent: stub('raise NotImplementedError') },
  ];
}

/** The first half followed by what the stub model answers, and by `pass`; empty where the cut allows neither. */
export function completionVariants(parser: PythonParser, row: Row): readonly Variant[] {
  const half = halfMethodOf(parser, row);
  const doingNothing = raisingContinuation(parser, half).replaceAll('raise NotImplementedError', 'pass');
  const passing = replaceMethod(row, [...half.given, doingNothing].join('\n'));
  const raising = candidateFile(parser, row, { task: 'completion', answer: 'stub' });
  if (raising === null || parser.problems(passing).length > 0) return [];
  return [
    { name: 'completion_pass', mustPass: false, fileContent: passing },
    { name: 'completion_raise', mustPass: false, fileContent: raising },
  ];
}

/** The file that a task makes of what the `reference` or the `stub` model answers; null when it finds no candidate. */
export function candidateFile(
  parser: PythonParser,
  row: Row,
  { task, answer }: { readonly task: TaskName; readonly answer: 'reference' | 'stub' },
): string | null {
  const chosen = createTasks(parser)[task];
  const text = answer === 'reference' ? chosen.referenceAnswer(row) : chosen.stubAnswer(row);
  const extraction = chosen.extractCandidate(text, row);
  return extraction.kind === 'candidate' ? extraction.file : null;
}

function bodyIndentation(row: Row): string {
  const lines = row.method.body.split('\n');
  const firstCode = lines.find((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  return /^\s*/.exec(firstCode ?? '')?.[0] ?? '';
}
