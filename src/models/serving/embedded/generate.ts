import type { Engine } from './engine.ts';
import type { Sampling } from './requests.ts';

export interface Generated {
  readonly text: string;
  readonly finishReason: 'stop' | 'length';
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** The prompt fills the context: said in the words that clients of vLLM know. */
export class PromptTooLong extends Error {}

/**
 * Continues a prompt until the model ends, a stop word comes, or the tokens are used up. Each request begins with an
 * empty context, so that an answer does not depend on what was asked before. Null when it was given up.
 */
export async function generate(
  engine: Engine,
  asked: { readonly prompt: string; readonly sampling: Sampling },
  signal: AbortSignal,
): Promise<Generated | null> {
  const { model, sequence, contextSize } = engine;
  const tokens = tokensOf(engine, asked.prompt);
  const room = contextSize - tokens.length - 1;
  if (room < 1) {
    throw new PromptTooLong(
      `This model's maximum context length is ${contextSize} tokens. However, your prompt has ${tokens.length}.`,
    );
  }
  const { sampling } = asked;
  const longest = Math.min(sampling.max_completion_tokens ?? sampling.max_tokens ?? room, room);
  const stops = [sampling.stop ?? []].flat();
  const made: number[] = [];
  const done = (text: string, finishReason: Generated['finishReason']): Generated => ({
    text,
    finishReason,
    promptTokens: tokens.length,
    completionTokens: made.length,
  });
  await sequence.clearHistory();
  for await (const token of sequence.evaluate(tokens, optionsOf(sampling, made))) {
    if (signal.aborted) return null;
    made.push(token);
    const cut = stops.length === 0 ? null : cutAtStop(model.detokenize(made), stops);
    if (cut !== null) return done(cut, 'stop');
    if (made.length >= longest) return done(model.detokenize(made), 'length');
  }
  return done(model.detokenize(made), 'stop');
}

function tokensOf({ model }: Engine, prompt: string): number[] {
  const tokens = model.tokenize(prompt, true);
  const { bos, shouldPrependBosToken } = model.tokens;
  return shouldPrependBosToken && bos !== null && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}

/** What stands before the first stop word; null while there is none. */
function cutAtStop(text: string, stops: readonly string[]): string | null {
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return found.length === 0 ? null : text.slice(0, Math.min(...found));
}

/** vLLM's defaults where the request says nothing. */
function optionsOf(sampling: Sampling, made: readonly number[]) {
  return {
    temperature: sampling.temperature ?? 1,
    topP: sampling.top_p ?? 1,
    topK: sampling.top_k ?? 0,
    minP: sampling.min_p ?? 0,
    seed: (sampling.seed ?? 0) >>> 0,
    repeatPenalty: {
      punishTokens: () => made.slice(-64),
      penalty: sampling.repetition_penalty ?? 1,
      frequencyPenalty: sampling.frequency_penalty ?? 0,
      presencePenalty: sampling.presence_penalty ?? 0,
    },
  };
}
