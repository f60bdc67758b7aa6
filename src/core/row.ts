/** The three things a model can be asked to do with one method. */
export const taskNames = ['method_gen_multiturn', 'completion', 'program_repair'] as const;
export type TaskName = (typeof taskNames)[number];

/** How one test ended, as the runner saw it. `missing` is never reported: it is the absence of an id. */
export const testStatuses = [
  'passed',
  'failed',
  'error',
  'skipped',
  'expected_failure',
  'unexpected_success',
] as const;
export type TestStatus = (typeof testStatuses)[number];

/**
 * One dataset row: a method and what the three tasks need. Field names are the published suite's
 * (snake case, 0-based line indexes); everything of ours is under `triathlon`.
 *
 * With `start = method.global_method_declaration_index[0]` and `end = method.global_method_body_index.at(-1)`,
 * the lines `start … end` (0-based, inclusive, decorators excluded) of `raw_file_content` are the reference,
 * `method.declaration + "\n" + method.body`.
 */
export interface Row {
  readonly idx: number;
  readonly dp_id: string;
  readonly split: string;
  readonly file_path: string;
  readonly raw_file_content: string;
  readonly class_name: string | null;
  readonly class_doc: string | null;
  readonly class_code: string | null;
  readonly class_position_in_file: number | readonly number[] | null;
  readonly method: RowMethod;
  readonly file_without_method: string;
  readonly class_without_method: string | null;
  readonly tests: { readonly full_paths: readonly string[]; readonly time_test_norm: number | null };
  readonly file_with_buggy_method?: string | null;
  readonly test_error_message?: string | null;
  readonly triathlon?: RowAdditions;
}

export interface RowMethod {
  readonly name: string;
  /** `def …:` without decorators, possibly several lines. */
  readonly declaration: string;
  /** Everything after the declaration, docstring included, with the file's own indentation. */
  readonly body: string;
  readonly description: string | null;
  readonly global_method_declaration_index: readonly number[];
  readonly global_method_body_index: readonly number[];
}

/** What we add to the published schema. Absent in the original's rows, which are then graded by all their tests. */
export interface RowAdditions {
  readonly schema: 1;
  /** Dotted name inside the file, e.g. `QuerySet._clone` or `Outer.Inner.method` or `function`. */
  readonly qualified_name: string;
  /** Digest of the environment the row was proved on. */
  readonly environment: string;
  /** Tests that only grade; never shown, never part of a stop. Disjoint from `tests.full_paths`. */
  readonly held_out_tests: readonly string[];
  /** Status at baseline where it is not `passed`, by test id. */
  readonly expected_statuses: Readonly<Record<string, TestStatus>>;
  /** Wall seconds of the reference on the machine that proved the row, visible and held-out runs apart. */
  readonly reference_seconds: { readonly visible: number; readonly held_out: number };
  /** The stub stops the runner before its first test: the method is used at import or set-up. */
  readonly load_bearing: boolean;
  /** Only one test reaches the method; it is visible and nothing is held out. Reported apart. */
  readonly single_test: boolean;
  readonly completion?: {
    /** 0-based line of `raw_file_content` where the part to write begins; the prompt's file ends just before it. */
    readonly cut_line: number;
  };
  readonly repair?: {
    readonly operator: string;
    /** The changed lines, for people; never part of a prompt. */
    readonly before: string;
    readonly after: string;
    readonly visible_failures: number;
    readonly held_out_failures: number;
  };
}
