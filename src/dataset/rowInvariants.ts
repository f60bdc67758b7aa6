import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../core/row.ts';
import { cutPercents, taskNames } from '../core/row.ts';
import { atCut, methodLines, referenceMethod, replaceMethod } from '../core/rowHelpers.ts';
import type { Target } from '../core/tasks/target.ts';
import { findBuggyTarget, findTarget } from '../core/tasks/target.ts';
import type { PythonParser } from '../python/pythonTypes.ts';
import { candidateFile } from './builder/rowVariants.ts';
import { stubVariants } from './builder/stubVariants.ts';
import { maxHeldOut, maxVisible } from './builder/splitTests.ts';

/** A property that a row has by its text alone. `holds` is null where it says nothing about the row. */
export interface Invariant {
  readonly name: string;
  readonly holds: (row: Row, parser: PythonParser) => boolean | null;
}

/** What can be proved about a row without running anything, in the order of the table. */
export const rowInvariants: readonly Invariant[] = [
  {
    name: 'lines give the file back',
    holds: (row) => replaceMethod(row, referenceMethod(row)) === row.raw_file_content,
  },
  { name: 'method stands at its lines', holds: standsAtItsLines },
  { name: 'tests are apart and few enough', holds: testsAreApart },
  { name: 'cut is between statements', holds: cutsBetweenStatements },
  { name: 'cuts are in order, none twice', holds: cutsInOrder },
  { name: 'first half and rest are the reference', holds: cutsGiveReference },
  { name: 'description says where it comes from', holds: descriptionIsMarked },
  { name: 'bug is inside the method only', holds: bugIsInside },
  { name: 'evidence names every stub', holds: evidenceIsWhole },
  { name: 'tasks find the reference', holds: tasksFindReference },
];

function standsAtItsLines(row: Row, parser: PythonParser): boolean {
  const target = findTarget(parser, row);
  if (target === null) return false;
  const name = row.triathlon?.qualified_name;
  const sameName =
    name === undefined
      ? target.definition.name === row.method.name
      : target.definition.qualifiedName === name;
  return sameName && (row.triathlon === undefined || target.definition.endLine === methodLines(row).last);
}

/** Visible and held-out tests are different, few enough, and marked where there is only one. */
export function testsAreApart(row: Row): boolean | null {
  if (row.triathlon === undefined) return null;
  const visible = new Set(row.tests.full_paths);
  const heldOut = new Set(row.triathlon.held_out_tests);
  const distinct =
    visible.size === row.tests.full_paths.length && heldOut.size === row.triathlon.held_out_tests.length;
  const sized = visible.size >= 1 && visible.size <= maxVisible && heldOut.size <= maxHeldOut;
  const marked = row.triathlon.single_test === (heldOut.size === 0);
  return distinct && sized && marked && ![...visible].some((id) => heldOut.has(id));
}

function cutsBetweenStatements(row: Row, parser: PythonParser): boolean | null {
  const cuts = cutLinesOf(row);
  if (cuts.length === 0) return null;
  const target = findTarget(parser, row);
  return target !== null && cuts.every((cut) => isBetweenStatements(cut, target, parser));
}

function cutLinesOf(row: Row): readonly number[] {
  const { cut_line, cut_line_25, cut_line_75 } = row.triathlon?.completion ?? {};
  return [cut_line_25, cut_line, cut_line_75].filter((line) => line !== undefined);
}

function cutsInOrder(row: Row): boolean | null {
  const cuts = cutLinesOf(row);
  if (cuts.length < 2) return null;
  return cuts.every((cut, index) => index === 0 || cut > (cuts[index - 1] ?? cut));
}

function isBetweenStatements(cut: number, target: Target, parser: PythonParser): boolean {
  const statements = parser.statements(target.source, target.definition).filter((each) => !each.isDocstring);
  const inside = statements.some(
    (each) => isWithin(cut, each.startLine, each.endLine) && !holdsBlocks(each.type),
  );
  const { docstring } = target.definition;
  const inDocstring = docstring !== null && cut <= docstring.endLine;
  const hasBefore = statements.some((each) => each.endLine < cut);
  return !inside && !inDocstring && hasBefore && statements.some((each) => each.startLine >= cut);
}

/** A cut at a statement's first line stands before it. */
function isWithin(line: number, first: number, last: number): boolean {
  return line > first && line <= last;
}

/** Cuts may go into compound statements, between the statements of their blocks. */
function holdsBlocks(type: string): boolean {
  return /^(if|for|while|try|with|match)_statement$|_definition$|_clause$/.test(type);
}

function bugIsInside(row: Row, parser: PythonParser): boolean | null {
  const buggy = row.file_with_buggy_method;
  if (typeof buggy !== 'string') return null;
  const { first, last } = methodLines(row);
  const lines = row.raw_file_content.split('\n');
  const buggyLines = buggy.split('\n');
  const after = lines.length - last - 1;
  const sameBefore = lines.slice(0, first).join('\n') === buggyLines.slice(0, first).join('\n');
  const sameAfter =
    lines.slice(last + 1).join('\n') === buggyLines.slice(buggyLines.length - after).join('\n');
  const original = findTarget(parser, row);
  const broken = findBuggyTarget(parser, row);
  const sameName =
    original !== null && broken?.definition.qualifiedName === original.definition.qualifiedName;
  return buggy !== row.raw_file_content && sameBefore && sameAfter && sameName;
}

function cutsGiveReference(row: Row, parser: PythonParser): boolean | null {
  const cuts = cutPercents.map((percent) => atCut(row, percent)).filter((cut) => cut !== null);
  if (cutLinesOf(row).length === 0) return null;
  return cuts.every(
    (cut) => candidateFile(parser, cut, { task: 'completion', answer: 'reference' }) === row.raw_file_content,
  );
}

/** Null for rows of before there were marks. */
function descriptionIsMarked(row: Row, parser: PythonParser): boolean | null {
  const source = row.triathlon?.description_source;
  if (source === undefined) return null;
  const hasDocstring = findTarget(parser, row)?.definition.docstring !== null;
  return row.method.description !== null && (source !== 'docstring' || hasDocstring);
}

/** The reference passed five times, and each way to do nothing that makes sense for the method failed. */
function evidenceIsWhole(row: Row, parser: PythonParser): boolean | null {
  const evidence = row.triathlon?.evidence;
  if (evidence === undefined) return null;
  const stubs = stubVariants(parser, row).map(({ name }) => name);
  return evidence.reference_passes >= 5 && isDeepStrictEqual(stubs, [...evidence.failing_stubs]);
}

function tasksFindReference(row: Row, parser: PythonParser): boolean {
  return taskNames.every((task) => {
    const whole = task !== 'program_repair' || typeof row.file_with_buggy_method === 'string';
    return !whole || candidateFile(parser, row, { task, answer: 'reference' }) === row.raw_file_content;
  });
}
