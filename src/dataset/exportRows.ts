import type { Message } from '../core/answer.ts';
import type { Row } from '../core/row.ts';
import { itemId } from '../core/rowHelpers.ts';
import type { RunRequest } from '../core/run.ts';
import { taskKindOf } from '../core/run.ts';
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
