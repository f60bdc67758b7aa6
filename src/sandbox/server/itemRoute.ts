import { z } from 'zod';
import type { PreparedEnvironment, SandboxRequest } from '../../ports/sandbox.ts';
import { textFormOf } from '../textForms/index.ts';
import { itemBodySchema, type ItemBody } from '../wire/itemContract.ts';
import type { Grading } from './grading.ts';
import type { LabelList } from './labels.ts';
import { Problem } from './problem.ts';
import type { ServerRules } from './serverParts.ts';
import { editLines, readSourceFile } from './sourceFiles.ts';

export interface ItemRoute {
  readonly grading: Grading;
  readonly labels: LabelList;
  readonly rules: ServerRules;
}

export interface ItemCall {
  readonly body: unknown;
  /** The query's `do_edit`. */
  readonly doEdit: string | undefined;
  readonly signal: AbortSignal;
}

export interface ItemAnswer {
  readonly datapoint: ItemBody;
  readonly test_output: string;
  readonly edited_file: string;
}

/** `POST /run_item`, the original's contract: lines of a file are replaced, and the tests' text comes back. */
export async function answerItem(route: ItemRoute, { body, doEdit, signal }: ItemCall): Promise<ItemAnswer> {
  const checked = itemBodySchema.safeParse(body);
  if (!checked.success) throw new Problem(400, 'bad_body', { detail: z.prettifyError(checked.error) });
  const item = checked.data;
  const { rules, grading } = route;
  const environment = await grading.open(rules.repository);
  const source = await readSourceFile(environment, item.file_path);
  const edited = isTrue(doEdit ?? 'true') ? editLines(source, item) : source;
  const output = await runTests(route, { item, environment, source, edited, signal });
  return { datapoint: item, test_output: output, edited_file: edited };
}

interface Edited {
  readonly item: ItemBody;
  readonly environment: PreparedEnvironment;
  readonly source: string;
  readonly edited: string;
  readonly signal: AbortSignal;
}

async function runTests({ rules, grading, labels }: ItemRoute, edited: Edited): Promise<string> {
  const { item, environment, signal } = edited;
  const { write } = textFormOf(environment.adapter);
  const tests = await labels.expand(environment, item.tests);
  const limits = rules.itemLimits;
  const report = await grading.run(
    'run_item',
    {
      environment,
      filePath: item.file_path,
      fileContent: edited.edited,
      qualifiedName: item.method_name ?? '',
      tests,
      limits,
      ...integrityOf(edited),
    },
    signal,
  );
  return write(report, { tests, wallSeconds: limits.wallSeconds });
}

/** The edited lines begin with a method's `def`; where they do not, a pass is believed as the tests give it. */
function integrityOf({ item, source, edited }: Edited): Pick<SandboxRequest, 'integrity'> {
  const { start_line: line, end_line: end, replace_content: code } = item;
  const reference = source
    .split('\n')
    .slice(line - 1, end)
    .join('\n');
  if (source === edited || !startsMethod(code) || !startsMethod(reference)) return {};
  return { integrity: { candidate: { line, code }, reference: { line, code: reference }, suspicions: [] } };
}

function startsMethod(code: string): boolean {
  return /^[ \t]*(?:async[ \t]+)?def[ \t]/.test(code);
}

function isTrue(text: string): boolean {
  if (/^(true|1|yes)$/i.test(text)) return true;
  if (/^(false|0|no)$/i.test(text)) return false;
  throw new Problem(400, 'bad_query', { detail: `Expected do_edit=true or do_edit=false, found ${text}.` });
}
