import type { Answer, Message } from '../answer.ts';
import type { Row } from '../row.ts';
import type { FimForm } from '../run.ts';
import { composeConversation, type ConversationInput } from './conversation.ts';
import { fence, fillText } from './fillText.ts';
import type { Extraction, Task } from './task.ts';
import { whyUnusable } from './unusable.ts';

/** What a base model goes on with, and where it is to stop. */
export interface BasePrompt {
  readonly prompt: string;
  readonly stop: readonly string[];
}

/**
 * A base model is shown the file itself where the task has a gap in it, in the form of its family where something
 * follows the gap. Other tasks are asked in words, as chat models are, and an opened block of code is gone on with.
 */
export function composeBasePrompt(input: ConversationInput, fim: FimForm | null): BasePrompt {
  const { task, row, policy, past } = input;
  const gap = task.gap?.open(row, policy);
  if (gap === undefined) {
    const messages = composeConversation({ ...input, past: past.map(asAnswered) });
    return { prompt: `${messages.map(textOf).join('\n\n')}\n\n${opening}`, stop: [closing] };
  }
  const marks = fim?.stop ?? [];
  if (gap.suffix === null) return { prompt: gap.prefix, stop: [...gap.stop, ...marks] };
  const { prefix, suffix } = gap;
  return { prompt: fillText(fim?.template ?? '{prefix}', { prefix, suffix }), stop: marks };
}

/** Finds the candidate in what a base model went on with. */
export function extractBaseAnswer(
  { task, row }: { readonly task: Task; readonly row: Row },
  answer: Answer,
  fim: FimForm | null,
): Extraction {
  const text = cutAtMarks(answer.text, fim?.stop ?? []);
  const seen = { ...answer, text };
  if (task.gap === undefined) {
    const isClosed = answer.finishReason !== 'length' || text.includes(closing);
    const extraction = task.extractCandidate(blockOf(text), row);
    return whyUnusable(seen, extraction, () => isClosed) ?? extraction;
  }
  const { extraction, isEnded } = task.gap.fill(text, row);
  return whyUnusable(seen, extraction, () => isEnded) ?? extraction;
}

const opening = '```python\n';
const closing = '\n```';

function textOf({ content }: Message): string {
  return content.trim();
}

/** What was gone on with, as it would stand in a chat. */
function asAnswered<Past extends { readonly answerText: string }>(turn: Past): Past {
  return { ...turn, answerText: blockOf(turn.answerText) };
}

function blockOf(text: string): string {
  const end = text.indexOf(closing);
  return fence(end < 0 ? text : text.slice(0, end), 'python');
}

/** Servers may show the mark at which they stopped. */
function cutAtMarks(text: string, marks: readonly string[]): string {
  const places = marks.map((mark) => text.indexOf(mark)).filter((place) => place >= 0);
  return text.slice(0, Math.min(text.length, ...places));
}
