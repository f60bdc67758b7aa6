import { z } from 'zod';

const fraction = z.number().min(0).max(1).nullish();
const atLeastZero = z.number().min(0).nullish();
const tokens = z.int().positive().nullish();

const samplingShape = {
  max_tokens: tokens,
  max_completion_tokens: tokens,
  temperature: atLeastZero,
  top_p: fraction,
  top_k: z
    .int()
    .min(-1)
    .nullish()
    .transform((count) => (count === -1 ? 0 : count)),
  min_p: fraction,
  seed: z.int().nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1))]).nullish(),
  repetition_penalty: z.number().positive().nullish(),
  frequency_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  // Accepted where they ask for what is done anyway.
  n: z.literal(1).nullish(),
  stream: z.literal(false).nullish(),
  user: z.string().nullish(),
};

const parts = z.array(z.object({ type: z.literal('text'), text: z.string() }));
const message = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.union([z.string(), parts.transform((all) => all.map(({ text }) => text).join(''))]),
});

/** A chat request; a key that would have no effect is refused. */
export const chatSchema = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  chat_template_kwargs: z.record(z.string(), z.unknown()).nullish(),
  ...samplingShape,
});

/** A completion of plain text. */
export const completionSchema = z.strictObject({
  model: z.string(),
  prompt: z.string().min(1),
  echo: z.literal(false).nullish(),
  ...samplingShape,
});

export type Sampling = Omit<z.infer<typeof completionSchema>, 'model' | 'prompt' | 'echo'>;
