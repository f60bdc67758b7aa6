import { z } from 'zod';
import type { Answer, FinishReason } from '../core/answer.ts';
import { ModelError } from '../core/errors.ts';
import type { ModelSpec } from '../core/run.ts';
import { cleanWords, type Hide } from './cleanWords.ts';
import { asChatCompletion } from './otherShapes.ts';
import { findServerWords } from './serverWords.ts';

const optionalText = z.string().nullish().catch(null);
const count = z.int().nonnegative().nullish().catch(null);
const contentParts = z.array(
  z.looseObject({ type: optionalText, text: optionalText, thinking: z.unknown().optional() }),
);

const messageSchema = z.looseObject({
  content: z.union([z.string(), contentParts]).nullish(),
  reasoning_content: optionalText,
  reasoning: optionalText,
  refusal: optionalText,
  tool_calls: z.array(z.unknown()).nullish().catch(null),
});

const bodySchema = z.looseObject({
  model: optionalText,
  system_fingerprint: optionalText,
  choices: z.tuple([z.looseObject({ message: messageSchema, finish_reason: optionalText })], z.unknown()),
  usage: z
    .looseObject({
      prompt_tokens: count,
      completion_tokens: count,
      completion_tokens_details: z.looseObject({ reasoning_tokens: count }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

type Message = z.infer<typeof messageSchema>;

/** How a body is read. */
export interface Reading {
  readonly hide?: Hide;
  readonly api?: ModelSpec['api'];
}

/**
 * Reads a chat completion's body, or that of another API. An answer without text is an answer; a body without an answer is
 * ModelError `broken_answer`, with a short excerpt.
 */
export function parseAnswer(body: string, { hide = asItIs, api }: Reading = {}): Answer {
  const refuse = (found: string): ModelError =>
    new ModelError(`Expected ${expected[api ?? 'chat']}, found ${found}: ${excerpt(body, hide)}`, {
      fault: 'broken_answer',
    });
  const json = parseJson(body, refuse);
  const error = findError(json);
  if (error !== null) throw refuse(`an error ("${cleanWords(error, hide)}")`);
  const parsed = bodySchema.safeParse(asChatCompletion(json, api));
  if (!parsed.success) throw refuse(describeShape(json));
  const { choices, usage, model, system_fingerprint } = parsed.data;
  const { message, finish_reason } = choices[0];
  if (isServersFault(finish_reason)) throw refuse(`an answer that the server gave up (${finish_reason})`);
  if (holdsNothing(message, finish_reason)) throw refuse('null instead of a text');
  return {
    text: readText(message.content).toWellFormed(),
    reasoning: readReasoning(message).toWellFormed(),
    refusal: message.refusal || null,
    finishReason: finishReasons.get(finish_reason ?? '') ?? 'other',
    promptTokens: usage?.prompt_tokens ?? null,
    completionTokens: usage?.completion_tokens ?? null,
    reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens ?? null,
    fingerprint: system_fingerprint ?? null,
    servedModel: model ?? null,
  };
}

const asItIs: Hide = (text) => text;

const expected = { chat: 'a chat completion', completions: 'a completion', responses: 'a response' } as const;

const finishReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['content_filter', 'content_filter'],
]);

function parseJson(body: string, refuse: (found: string) => ModelError): unknown {
  try {
    return JSON.parse(body);
  } catch {
    if (body.trim() === '') throw refuse('an empty body');
    if (/^\s*<(!doctype|html|\?xml|head|body)/i.test(body))
      throw refuse('an HTML page (is the address right?)');
    throw refuse(/^\s*[{[]/.test(body) ? 'JSON that is broken or cut off' : 'something that is not JSON');
  }
}

/** Some gateways report a failure with status 200: in the body, or in the choice. */
function findError(json: unknown): string | null {
  if (typeof json !== 'object' || json === null) return null;
  if ('error' in json && json.error) return findServerWords(json);
  const choice: unknown = 'choices' in json && Array.isArray(json.choices) ? json.choices[0] : null;
  const failed = typeof choice === 'object' && choice !== null && 'error' in choice && Boolean(choice.error);
  return failed ? findServerWords(choice) : null;
}

function describeShape(json: unknown): string {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'JSON that is not an object';
  if (!('choices' in json) || !Array.isArray(json.choices)) return 'no `choices`';
  return json.choices.length === 0 ? 'empty `choices`' : 'a first choice without a usable `message`';
}

/** vLLM says `abort` when it shuts down, gateways say `error`: the text is cut off through no fault of the model. */
function isServersFault(finishReason: string | null | undefined): boolean {
  return ['abort', 'error', 'cancelled'].includes(finishReason ?? '');
}

/** Null content is an answer when something else explains it: a refusal, reasoning that used up the tokens … */
function holdsNothing(message: Message, finishReason: string | null | undefined): boolean {
  if (message.content !== null && message.content !== undefined) return false;
  if (message.refusal || readReasoning(message) !== '' || message.tool_calls?.length) return false;
  const mapped = finishReasons.get(finishReason ?? '');
  return mapped !== 'length' && mapped !== 'content_filter';
}

function readText(content: Message['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join('');
}

/** `reasoning_content` (DeepSeek, vLLM), `reasoning` (OpenRouter, newer vLLM) or parts of the content (Mistral). */
function readReasoning(message: Message): string {
  const own = message.reasoning_content || message.reasoning;
  if (own || !Array.isArray(message.content)) return own ?? '';
  const thoughts = message.content.flatMap((part) => (part.type === 'thinking' ? [part.thinking] : []));
  return thoughts
    .map((thought) => (typeof thought === 'string' ? thought : readText(asParts(thought))))
    .join('');
}

function asParts(value: unknown): Message['content'] {
  return contentParts.safeParse(value).data ?? null;
}

function excerpt(body: string, hide: Hide): string {
  return JSON.stringify(cleanWords(body, hide, 160));
}
