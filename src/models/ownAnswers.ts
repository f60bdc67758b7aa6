import type { ModelRequest } from '../ports/model.ts';

export interface OwnAnswer {
  readonly model: ModelRequest['model'];
  readonly text: string;
  readonly finishReason?: string;
}

/** A chat completion's body for the models that live here, so that one parser reads all answers. */
export function composeBody({ model, text, finishReason = 'stop' }: OwnAnswer): string {
  const message = { role: 'assistant', content: text };
  const choices = [{ index: 0, message, finish_reason: finishReason }];
  return JSON.stringify({ object: 'chat.completion', model, choices });
}
