import type { Row, TaskName } from '../../core/row.ts';
import { cutPercents } from '../../core/row.ts';
import { atCut, referenceMethod, replaceMethod } from '../../core/rowHelpers.ts';
import { halfMethodOf, raisingContinuation } from '../../core/tasks/halfMethod.ts';
import { createTasks } from '../../core/tasks/index.ts';
import type { PythonParser } from '../../python/pythonTypes.ts';
import { stubVariants } from './stubVariants.ts';

/** A whole file that proves a row: it must pass, or must not. */
export interface Variant {
  readonly name: string;
  readonly mustPass: boolean;
  readonly fileContent: string;
}

/** The variants of a row; those of completion and repair only where the row has them. */
export function rowVariants(parser: PythonParser, row: Row): readonly Variant[] {
  const variants: Variant[] = [
    { name: 'reference', mustPass: true, fileContent: replaceMethod(row, referenceMethod(row)) },
    ...stubVariants(parser, row),
    ...(row.triathlon?.completion === undefined ? [] : variantsOfCuts(parser, row)),
  ];
  const buggy = row.file_with_buggy_method;
  if (typeof buggy === 'string') variants.push({ name: 'bug', mustPass: false, fileContent: buggy });
  return variants;
}

function variantsOfCuts(parser: PythonParser, row: Row): readonly Variant[] {
  return cutPercents.flatMap((percent) => {
    const cut = atCut(row, percent);
    if (cut === null) return [];
    const mark = percent === 50 ? '' : `_${percent}`;
    return completionVariants(parser, cut).map((variant) => ({ ...variant, name: `${variant.name}${mark}` }));
  });
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
