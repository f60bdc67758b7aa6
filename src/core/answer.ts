export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export type FinishReason = 'stop' | 'length' | 'content_filter' | 'other';

/** A parsed body. Token counts are null where the server does not give them. */
export interface Answer {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string | null;
  readonly finishReason: FinishReason;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly fingerprint: string | null;
  readonly servedModel: string | null;
}
