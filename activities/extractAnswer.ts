import type { Answer } from '../src/core/answer.ts';
import type { AnswerRecord } from '../src/core/records.ts';
import type { Row } from '../src/core/row.ts';
import type { ModelSpec } from '../src/core/run.ts';
import { extractBaseAnswer } from '../src/core/tasks/baseModel.ts';
import type { Extraction, Task } from '../src/core/tasks/task.ts';
import { whyUnusable } from '../src/core/tasks/unusable.ts';
import type { Verdict } from '../src/core/verdicts.ts';

interface Subject {
  readonly task: Task;
  readonly row: Row;
  readonly model: Pick<ModelSpec, 'api' | 'fim'>;
}

/** What a stored answer holds; `answer` is null when the endpoint refused the prompt as too long. */
export function extractAnswer(
  { task, row, model }: Subject,
  record: Pick<AnswerRecord, 'body'>,
  answer: Answer | null,
): Extraction {
  if (answer === null) {
    return { kind: 'unusable_answer', reason: 'prompt_too_long', explanation: record.body };
  }
  if (model.api === 'completions') return extractBaseAnswer({ task, row }, answer, model.fim ?? null);
  const extraction = task.extractCandidate(answer.text, row);
  return whyUnusable(answer, extraction) ?? extraction;
}

/** The verdict about an answer that gave nothing to run. */
export function verdictWithoutTests(extraction: Exclude<Extraction, { kind: 'candidate' }>): Verdict {
  switch (extraction.kind) {
    case 'unusable_answer':
      return { kind: 'unusable_answer', reason: extraction.reason };
    case 'wrong_target':
      return { kind: 'wrong_target' };
    case 'syntax_error':
      return { kind: 'syntax_error' };
  }
}
