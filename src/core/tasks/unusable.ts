import type { Answer } from '../answer.ts';
import { readAnswer } from './answerText.ts';
import type { Extraction } from './task.ts';

type Unusable = Extract<Extraction, { kind: 'unusable_answer' }>;

/**
 * Why an answer is not to be graded, whatever was extracted from it: refused, empty, or truncated.
 *
 * An answer that was stopped for its length is graded all the same when the code that was taken from it stands in a
 * closed fenced block, for then the method is complete and only talk was lost. Otherwise it is truncated, even if
 * what is there parses (`isWhole` says it for answers that have no blocks): half a method often does, and grading it would call a limit of ours a mistake of the model.
 */
export function whyUnusable(
  answer: Answer,
  extraction: Extraction,
  isWhole: () => boolean = () => isComplete(answer.text, extraction),
): Unusable | null {
  const isEmpty = answer.text.trim() === '';
  if (answer.finishReason === 'content_filter') {
    return unusable('refused', 'The answer was stopped by a content filter.');
  }
  if (answer.refusal !== null && isEmpty) return unusable('refused', 'The answer was a refusal.');
  if (answer.finishReason === 'length' && !isWhole()) {
    return unusable('truncated', 'The answer was too long: it was cut before the code was complete.');
  }
  return isEmpty ? unusable('empty', 'The answer was empty.') : null;
}

/** An answer that cannot be graded, with what the next prompt says about it. */
export function unusable(reason: Unusable['reason'], explanation: string): Unusable {
  return { kind: 'unusable_answer', reason, explanation };
}

/** The end of the code stands in a block that was closed. */
function isComplete(text: string, extraction: Extraction): boolean {
  if (extraction.kind === 'unusable_answer') return false;
  const end = linesOf(extraction.code).slice(-2);
  return readAnswer(text).blocks.some((block) => {
    const lines = linesOf(block.text);
    const wanted = end.slice(-lines.length);
    return (
      block.isClosed &&
      wanted.length > 0 &&
      lines.some((_, from) => wanted.every((line, at) => lines[from + at] === line))
    );
  });
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
