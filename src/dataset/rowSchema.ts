import { z } from 'zod';
import type { Row } from '../core/row.ts';
import { testStatuses } from '../core/row.ts';

const lineIndexes = z.array(z.int().nonnegative()).min(1);
const count = z.int().nonnegative();
const text = z.string();
const textOrNull = z.string().nullable().default(null);
const testIds = z.array(z.string().regex(/^[^\p{Cc}]{1,1000}$/u, 'expected 1 to 1000 printable characters'));

const methodSchema = z.looseObject({
  name: text.min(1),
  declaration: text.min(1),
  body: text.min(1),
  description: textOrNull,
  global_method_declaration_index: lineIndexes,
  global_method_body_index: lineIndexes,
});

const additionsSchema = z.looseObject({
  schema: z.literal(1),
  qualified_name: text.min(1),
  environment: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hexadecimal digits'),
  held_out_tests: testIds,
  expected_statuses: z.record(z.string(), z.enum(testStatuses)),
  reference_seconds: z.object({ visible: z.number().nonnegative(), held_out: z.number().nonnegative() }),
  load_bearing: z.boolean(),
  single_test: z.boolean(),
  description_source: z.enum(['docstring', 'derived']).optional(),
  difficulty: z
    .looseObject({
      code_lines: count,
      cyclomatic_complexity: count,
      stub_failures: count,
      cross_file_names: count,
    })
    .optional(),
  evidence: z.looseObject({ reference_passes: count, failing_stubs: z.array(text) }).optional(),
  sabotage_noticed: z.looseObject({ visible: z.boolean(), held_out: z.boolean().nullable() }).optional(),
  memorisation: z.looseObject({ recurring_lines: z.number().min(0).max(1), own_names: count }).optional(),
  completion: z
    .looseObject({ cut_line: count, cut_line_25: count.optional(), cut_line_75: count.optional() })
    .optional(),
  repair: z
    .looseObject({
      operator: text,
      before: text,
      after: text,
      visible_failures: count,
      held_out_failures: count,
    })
    .optional(),
});

/** One dataset row as it comes from a file: the published schema, unknown fields kept, types strict. */
export const rowSchema: z.ZodType<Row> = z
  .looseObject({
    idx: z.int(),
    dp_id: text.min(1).max(1000),
    split: z.string().default('test'),
    file_path: text.min(1).refine(isInsideTree, 'expected a relative path inside the repository'),
    raw_file_content: text.min(1),
    class_name: textOrNull,
    class_doc: textOrNull,
    class_code: textOrNull,
    class_position_in_file: z
      .union([z.int(), z.array(z.int())])
      .nullable()
      .default(null),
    method: methodSchema,
    file_without_method: text,
    class_without_method: textOrNull,
    tests: z.looseObject({
      full_paths: testIds.min(1),
      time_test_norm: z.number().nullable().default(null),
    }),
    file_with_buggy_method: z.string().nullish(),
    test_error_message: z.string().nullish(),
    hint_level: z.int().min(0).max(4).optional(),
    triathlon: additionsSchema.optional(),
  })
  .superRefine(checkTogether);

function isInsideTree(path: string): boolean {
  if (path.startsWith('/') || path.includes('\\') || path.includes('\0')) return false;
  return !path.split('/').some((part) => part === '' || part === '.' || part === '..');
}

/** What no single column can say: lines lie inside the file, and no test is both visible and held out. */
function checkTogether(row: Row, context: z.core.$RefinementCtx<Row>): void {
  const complain = (path: (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', path, message });
  };
  const lineCount = row.raw_file_content.split('\n').length;
  const first = row.method.global_method_declaration_index[0] ?? 0;
  const last = row.method.global_method_body_index.at(-1) ?? 0;
  if (last < first || last >= lineCount) {
    complain(
      ['method', 'global_method_body_index'],
      `expected lines inside the file (0 … ${lineCount - 1}) after line ${first}, found ${last}`,
    );
  }
  for (const column of ['cut_line', 'cut_line_25', 'cut_line_75'] as const) {
    const cut = row.triathlon?.completion?.[column];
    if (cut === undefined || (cut > first && cut <= last)) continue;
    complain(['triathlon', 'completion', column], `expected a line in ${first + 1} … ${last}, found ${cut}`);
  }
  const visible = new Set(row.tests.full_paths);
  const both = row.triathlon?.held_out_tests.find((id) => visible.has(id));
  if (both !== undefined)
    complain(['triathlon', 'held_out_tests'], `a visible test is also held out: ${both}`);
}
