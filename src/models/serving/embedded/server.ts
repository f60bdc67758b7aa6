import { randomUUID } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import pLimit, { type LimitFunction } from 'p-limit';
import type { z } from 'zod';
import type { Engine } from './engine.ts';
import { generate, PromptTooLong, type Generated } from './generate.ts';
import { chatSchema, completionSchema, type Sampling } from './requests.ts';

const bodyBytes = 32 * 2 ** 20;

/** vLLM's routes over an engine, which works on one request at a time; the others wait in their order. */
export function createServer(engine: Engine, name: string): FastifyInstance {
  const server = fastify({ bodyLimit: bodyBytes });
  const serving: Serving = { engine, name, turn: pLimit(1) };
  server.get('/health', () => ({}));
  server.get('/version', () => ({ version: engine.version }));
  server.get('/v1/models', () => {
    const model = { id: name, object: 'model', owned_by: 'bench', max_model_len: engine.contextSize };
    return { object: 'list', data: [model] };
  });
  server.post('/v1/chat/completions', ({ body }, reply) => {
    const request = parseFor(chatSchema, { body, name, reply });
    if (request === null) return reply;
    const { messages, chat_template_kwargs: more, ...sampling } = request;
    if (engine.fillTemplate === null) {
      return refuse(reply, 400, `${name} has no chat template: it is a base model, ask /v1/completions.`);
    }
    let prompt: string;
    try {
      prompt = engine.fillTemplate({ ...more, messages, add_generation_prompt: true });
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      return refuse(reply, 400, `the chat template of ${name} does not take these messages: ${words}`);
    }
    return answer(serving, { form: 'chat', prompt, sampling }, reply);
  });
  server.post('/v1/completions', ({ body }, reply) => {
    const request = parseFor(completionSchema, { body, name, reply });
    if (request === null) return reply;
    const { prompt, ...sampling } = request;
    return answer(serving, { form: 'text', prompt, sampling }, reply);
  });
  return server;
}

interface Serving {
  readonly engine: Engine;
  readonly name: string;
  readonly turn: LimitFunction;
}

interface Asked {
  readonly form: 'chat' | 'text';
  readonly prompt: string;
  readonly sampling: Sampling;
}

/** Gives up what nobody waits for any more. */
async function answer(serving: Serving, asked: Asked, reply: FastifyReply): Promise<unknown> {
  const { engine, turn } = serving;
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  try {
    const generated = await turn(() => (gone.signal.aborted ? null : generate(engine, asked, gone.signal)));
    return generated === null ? reply.hijack() : bodyOf(generated, serving, asked.form);
  } catch (error) {
    if (error instanceof PromptTooLong) return refuse(reply, 400, error.message);
    throw error;
  }
}

interface Parsing {
  readonly body: unknown;
  readonly name: string;
  readonly reply: FastifyReply;
}

/** Null when the reply says what is wrong. */
function parseFor<Schema extends z.ZodType<{ model: string }>>(
  schema: Schema,
  { body, name, reply }: Parsing,
): z.infer<Schema> | null {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    refuse(
      reply,
      400,
      `The embedded engine cannot do this: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    );
    return null;
  }
  if (parsed.data.model === name) return parsed.data;
  refuse(reply, 404, `The model \`${parsed.data.model}\` does not exist.`);
  return null;
}

function refuse(reply: FastifyReply, status: 400 | 404, message: string): FastifyReply {
  const type = status === 404 ? 'NotFoundError' : 'BadRequestError';
  return reply.code(status).send({ error: { message, type, code: status } });
}

function bodyOf(
  { text, finishReason, promptTokens, completionTokens }: Generated,
  { name, engine }: Serving,
  form: Asked['form'],
) {
  const content = form === 'chat' ? { message: { role: 'assistant', content: text } } : { text };
  return {
    id: `${form === 'chat' ? 'chatcmpl' : 'cmpl'}-${randomUUID()}`,
    object: form === 'chat' ? 'chat.completion' : 'text_completion',
    created: Math.floor(Date.now() / 1000),
    model: name,
    system_fingerprint: engine.version,
    choices: [{ index: 0, ...content, finish_reason: finishReason }],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
}
