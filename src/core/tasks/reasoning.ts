import type { Answer } from '../answer.ts';
import { withoutThinking } from './answerText.ts';

/** Tokens that went into thinking; `isEstimated` where the server counts all of an answer together. */
export interface ReasoningTokens {
  readonly tokens: number | null;
  readonly isEstimated: boolean;
}

/** As the server counts them, else by the share of characters; null where nothing is known. */
export function countReasoning(answer: Answer): ReasoningTokens {
  if (answer.reasoningTokens !== null) return { tokens: answer.reasoningTokens, isEstimated: false };
  const { text, reasoning, completionTokens } = answer;
  const said = withoutThinking(text).length;
  const thought = reasoning.length + text.length - said;
  if (thought === 0 || completionTokens === null) return { tokens: null, isEstimated: false };
  return { tokens: Math.round((completionTokens * thought) / (thought + said)), isEstimated: true };
}
