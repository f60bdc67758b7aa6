import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../core/errors.ts';

const fault = z.strictObject({
  kind: z.enum(['endpoint', 'broken_answer', 'request', 'prompt_too_long', 'fatal']),
  /** How often it fails before it answers; absent = always. */
  times: z.int().positive().optional(),
  message: z.string().default('a scripted fault'),
  retry_after_milliseconds: z.int().nonnegative().optional(),
});

/** Absent conditions fit everything; `text`, `use` (what is known of the row) or `body` (as a server would send it). */
const ruleSchema = z
  .strictObject({
    item: z.string().optional(),
    sample: z.int().optional(),
    turn: z.int().optional(),
    text: z.string().optional(),
    use: z.enum(['reference', 'stub']).optional(),
    body: z.string().optional(),
    finish_reason: z.string().default('stop'),
    delay_milliseconds: z.int().nonnegative().default(0),
    fault: fault.optional(),
  })
  .refine(({ text, use, body }) => [text, use, body].filter((one) => one !== undefined).length <= 1, {
    error: 'expected one of text, use, body, found several',
  });

const scriptSchema = z.strictObject({ answers: z.array(ruleSchema).min(1) });

export type ScriptRule = z.infer<typeof ruleSchema>;

/** Reads the scripted model's YAML or JSON file; the first rule that fits an item, sample and turn answers. */
export function readScript(path: string): readonly ScriptRule[] {
  const parsed = scriptSchema.safeParse(parseFile(path));
  if (parsed.success) return parsed.data.answers;
  const [issue] = parsed.error.issues;
  throw new ConfigError(
    `${path}: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not a script'}`,
  );
}

function parseFile(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new ConfigError(`Cannot read the scripted model's answers: ${reason}`, { cause });
  }
}
