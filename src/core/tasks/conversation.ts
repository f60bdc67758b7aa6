import type { Message } from '../answer.ts';
import type { Row } from '../row.ts';
import type { TaskPolicy } from '../run.ts';
import { withoutThinking } from './answerText.ts';
import type { PastTurn, PromptTexts, Task } from './task.ts';

/** What the messages of a turn are made from. */
export interface ConversationInput {
  readonly task: Task;
  readonly row: Row;
  readonly policy: TaskPolicy;
  readonly texts: PromptTexts;
  /** The turns before this one, in order. */
  readonly past: readonly PastTurn[];
}

/**
 * The messages of a turn. Each turn begins with the messages of the one before, byte for byte, so that servers can
 * reuse their prefix cache; the control arms choose which past turns are shown. Answers are shown without reasoning.
 */
export function composeConversation({
  task,
  row,
  policy,
  texts,
  past,
}: ConversationInput): readonly Message[] {
  const messages = [...task.composePrompt(row, policy, texts)];
  for (const { answerText, feedback } of shownTurns(policy, past)) {
    messages.push(
      { role: 'assistant', content: withoutThinking(answerText) },
      { role: 'user', content: feedback },
    );
  }
  if (policy.think) return messages;
  return messages.map((message) =>
    message.role === 'user' ? { ...message, content: `${message.content} /no_think` } : message,
  );
}

function shownTurns(policy: TaskPolicy, past: readonly PastTurn[]): readonly PastTurn[] {
  if (policy.noMultiturn) return [];
  if (policy.repairSampling) return past.slice(0, 1);
  return policy.noHistory ? past.slice(-1) : past;
}
