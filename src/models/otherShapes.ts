import { z } from 'zod';
import type { ModelSpec } from '../core/run.ts';

/** An answer of another API in the shape of a chat completion; what does not fit its own shape stays as it is. */
export function asChatCompletion(json: unknown, api: ModelSpec['api']): unknown {
  switch (api) {
    case undefined:
      return json;
    case 'completions':
      return fromCompletion(json);
    case 'responses':
      return fromResponse(json);
  }
}

const completionSchema = z.looseObject({
  choices: z.array(z.looseObject({ text: z.string() })).min(1),
});

function fromCompletion(json: unknown): unknown {
  const parsed = completionSchema.safeParse(json);
  if (!parsed.success) return json;
  const { choices, ...rest } = parsed.data;
  return {
    ...rest,
    choices: choices.map(({ text, ...choice }) => ({ ...choice, message: { content: text } })),
  };
}

const optional = z.string().nullish().catch(null);
const part = z.looseObject({ type: optional, text: optional, refusal: optional });
const parts = z.array(part).nullish().catch(null);
const responseSchema = z.looseObject({
  status: optional,
  incomplete_details: z.looseObject({ reason: optional }).nullish().catch(null),
  output: z.array(z.looseObject({ type: optional, content: parts, summary: parts })),
  usage: z
    .looseObject({
      input_tokens: z.unknown(),
      output_tokens: z.unknown(),
      output_tokens_details: z.looseObject({ reasoning_tokens: z.unknown() }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

type Response = z.infer<typeof responseSchema>;
type Part = z.infer<typeof part>;

function fromResponse(json: unknown): unknown {
  const parsed = responseSchema.safeParse(json);
  if (!parsed.success) return json;
  const { output, usage, ...rest } = parsed.data;
  const said = output.filter(({ type }) => type === 'message').flatMap(({ content }) => content ?? []);
  const thought = output
    .filter(({ type }) => type === 'reasoning')
    .flatMap(({ content, summary }) => [...(summary ?? []), ...(content ?? [])]);
  const refusal = textOf(said, 'refusal');
  const message = {
    content: textOf(said, 'text'),
    reasoning_content: textOf(thought, 'text'),
    ...(refusal !== '' && { refusal }),
  };
  return {
    ...rest,
    choices: [{ message, finish_reason: finishReasonOf(parsed.data) }],
    usage: usage && {
      prompt_tokens: usage.input_tokens,
      completion_tokens: usage.output_tokens,
      completion_tokens_details: usage.output_tokens_details,
    },
  };
}

function textOf(said: readonly Part[], key: 'text' | 'refusal'): string {
  return said.map((one) => one[key] ?? '').join('');
}

/** A response that is not done, for it was cancelled or put into a queue, is no answer. */
function finishReasonOf({ status, incomplete_details: details }: Response): string {
  if (status === 'completed') return 'stop';
  if (status !== 'incomplete') return 'error';
  return details?.reason === 'content_filter' ? 'content_filter' : 'length';
}
