import type { Message } from '../core/answer.ts';
import type { Row } from '../core/row.ts';
import { itemId } from '../core/rowHelpers.ts';
import type { RunRequest } from '../core/run.ts';
import { taskKindOf } from '../core/run.ts';
import { halfMethodOf } from '../core/tasks/halfMethod.ts';
import { createTasks } from '../core/tasks/index.ts';
import type { PromptTexts } from '../core/tasks/task.ts';
import type { PythonParser } from '../python/pythonTypes.ts';
import { taskRows } from './taskRows.ts';

/** Rows in the published suite's columns and nothing else. Its loader grades by all tests of a row: those that are visible here. */
export function originalRows(rows: readonly Row[]): readonly object[] {
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([column]) => column !== 'triathlon')),
  );
}

/** What shows whether a model remembers a method: its beginning without its file, and how it goes on. */
export interface ExportedProbe {
  readonly id: string;
  /** The path, the class and the method up to its completion cut. */
  readonly prefix: string;
  readonly continuation: string;
  /** Names in the continuation that nothing else in the file says. */
  readonly own_names: number | null;
  /** Share of the method's lines that stand elsewhere in the repository. */
  readonly recurring_lines: number | null;
}

/** A probe of each row that can be cut. */
export function exportProbes(parser: PythonParser, rows: readonly Row[]): readonly ExportedProbe[] {
  const cut = rows.filter(({ triathlon }) => triathlon?.completion !== undefined);
  return cut.map((row) => {
    const { given, continuation } = halfMethodOf(parser, row);
    const [classLine] = row.class_code?.split('\n') ?? [];
    const { own_names = null, recurring_lines = null } = row.triathlon?.memorisation ?? {};
    return {
      id: itemId(row),
      prefix: [`# ${row.file_path}`, ...(classLine === undefined ? [] : [classLine]), ...given].join('\n'),
      continuation: continuation.join('\n'),
      own_names,
      recurring_lines,
    };
  });
}

/** What a model is asked first about an item, and what the repository's own answer is. */
export interface ExportedPrompt {
  readonly id: string;
  readonly task: string;
  readonly messages: readonly Message[];
  readonly reference: string;
}

/** The first prompts of a task for every row that it can use. */
export function exportPrompts(options: {
  readonly parser: PythonParser;
  readonly rows: readonly Row[];
  readonly request: Pick<RunRequest, 'task' | 'policy'>;
  readonly texts: PromptTexts;
}): readonly ExportedPrompt[] {
  const { parser, request, texts } = options;
  const task = createTasks(parser)[taskKindOf(request)];
  const usable = taskRows(options.rows, request).rows.filter(
    (row) => task.whyLeftOut(row, request.policy) === null,
  );
  return usable.map((row) => ({
    id: itemId(row),
    task: request.task,
    messages: task.composePrompt(row, request.policy, texts),
    reference: task.referenceAnswer(row),
  }));
}
