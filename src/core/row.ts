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
  /** Of the sibling set: generation shows so many quarters of the body's lines with the declaration, 0…4. */
  readonly hint_level?: number | undefined;
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
  /** Wall seconds of the reference on a machine that validated the row, visible and held-out runs apart; 0 = not measured. */
  readonly reference_seconds: { readonly visible: number; readonly held_out: number };
  /** The stub stops the runner before its first test: the method is used at import or set-up. */
  readonly load_bearing: boolean;
  /** Only one test reaches the method; it is visible and nothing is held out. Reported apart. */
  readonly single_test: boolean;
  /** Where `method.description` comes from. `derived` is made of signature, name and callers, and is no part of a headline score. */
  readonly description_source?: 'docstring' | 'derived';
  readonly difficulty?: RowDifficulty;
  /** What was seen when the row was proved. */
  readonly evidence?: {
    /** Runs of the reference, in different orders of the tests, all of which passed. */
    readonly reference_passes: number;
    /** Methods that do nothing useful, each of which failed visible and held-out tests. */
    readonly failing_stubs: readonly string[];
  };
  /** Whether the row's tests fail when the reference's results are replaced by others; null where nothing is held out. A pass that nobody can check so is looked at in the strict lane. */
  readonly sabotage_noticed?: { readonly visible: boolean; readonly held_out: boolean | null };
  /** For probes that ask what a model remembers of the repository. */
  readonly memorisation?: RowMemorisation;
  readonly completion?: {
    /** 0-based line of `raw_file_content` where the part to write begins; the prompt's file ends just before it. */
    readonly cut_line: number;
    /** The same for the cuts near a quarter and three quarters, where the method has them. */
    readonly cut_line_25?: number;
    readonly cut_line_75?: number;
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

/** Marks that say how hard a row is likely to be. */
export interface RowDifficulty {
  readonly code_lines: number;
  readonly cyclomatic_complexity: number;
  /** Tests of the row that fail when the method raises. */
  readonly stub_failures: number;
  /** Names in the method that its file imports from the same package. */
  readonly cross_file_names: number;
}

/** How far the second half of a method, from its completion cut on, can be known without having seen it. */
export interface RowMemorisation {
  /** Share of the method's telling lines of code that stand elsewhere in the repository too, 0…1. */
  readonly recurring_lines: number;
  /** Names in the second half that stand nowhere else in the file: given back, they were remembered. */
  readonly own_names: number;
}

/** Where a method can be cut for completion, in percent of its code; 50 is the published suite's. */
export const cutPercents = [25, 50, 75] as const;
export type CutPercent = (typeof cutPercents)[number];
