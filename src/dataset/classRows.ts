import type { Row, RowAdditions } from '../core/row.ts';
import { splitTests } from './builder/splitTests.ts';

/**
 * The rows for whole classes, made of the rows of their methods: a class is covered when a method of it is. Its tests
 * are those of its methods, split anew, so that inherited twins stay on one side.
 */
export function classRows(rows: readonly Row[]): readonly Row[] {
  const ofClass = rows.filter(({ triathlon, class_name }) => triathlon !== undefined && class_name !== null);
  const groups = Map.groupBy(ofClass, (row) => `${row.file_path} ${spanOf(row)?.join()}`);
  return [...groups.values()].flatMap((methods) => classRow(methods) ?? []);
}

function classRow(methods: readonly Row[]): Row | null {
  const [first] = methods;
  const span = first === undefined ? null : spanOf(first);
  if (first?.triathlon === undefined || first.class_name === null || span === null) return null;
  const qualifiedName = first.triathlon.qualified_name.replace(/\.[^.]+$/, '');
  const dp_id = first.dp_id.replace(/\.[^.]+$/, '');
  const tests = methods.flatMap((row) => [...row.tests.full_paths, ...(row.triathlon?.held_out_tests ?? [])]);
  const ids = [...new Set(tests)].sort();
  const split = splitTests(
    ids.map((id) => ({ id, source: null })),
    dp_id,
  );
  if (split === null) return null;
  const [start, end] = span;
  const lines = first.raw_file_content.split('\n');
  const additions = { ...mergeAdditions(methods, first.triathlon), qualified_name: qualifiedName };
  const single_test = split.heldOut.length === 0;
  return {
    ...first,
    dp_id,
    method: {
      name: first.class_name,
      declaration: lines[start] ?? '',
      body: lines.slice(start + 1, end + 1).join('\n'),
      description: first.class_doc,
      global_method_declaration_index: [start],
      global_method_body_index: [start + 1, end],
    },
    file_without_method: [...lines.slice(0, start), ...lines.slice(end + 1)].join('\n'),
    class_without_method: null,
    tests: { full_paths: split.visible, time_test_norm: null },
    file_with_buggy_method: null,
    test_error_message: null,
    triathlon: { ...additions, held_out_tests: split.heldOut, single_test },
  };
}

function mergeAdditions(methods: readonly Row[], first: RowAdditions): RowAdditions {
  const all = methods.flatMap(({ triathlon }) => triathlon ?? []);
  return {
    schema: 1,
    qualified_name: first.qualified_name,
    environment: first.environment,
    held_out_tests: [],
    expected_statuses: Object.assign({}, ...all.map((each) => each.expected_statuses)),
    reference_seconds: { visible: 0, held_out: 0 },
    load_bearing: all.some((each) => each.load_bearing),
    single_test: false,
  };
}

/** First and last line of the class around a row's method; null in rows of other builders. */
function spanOf({ class_position_in_file: place }: Row): readonly [number, number] | null {
  if (typeof place !== 'object' || place === null) return null;
  const [start, end] = place;
  return start === undefined || end === undefined ? null : [start, end];
}
