import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { cleanWords, type Hide } from './cleanWords.ts';

const entry = z.looseObject({ id: z.string() });
const listSchema = z.union([z.looseObject({ data: z.array(entry) }), z.array(entry)]);

/** The ids in a body of /models; null when it is no list. */
export function parseModelList(body: string): readonly string[] | null {
  try {
    const list = listSchema.parse(JSON.parse(body));
    return (Array.isArray(list) ? list : list.data).map(({ id }) => id);
  } catch {
    return null;
  }
}

/** Is the model there? Counts what servers leave out or add: wildcards (LiteLLM), `models/` (Gemini), tags (Ollama, OpenRouter). */
export function isListed(model: string, ids: readonly string[]): boolean {
  const withoutTag = model.replace(/:[^:/]*$/, '');
  return ids.some(
    (id) => [model, `models/${model}`, `${model}:latest`, withoutTag].includes(id) || matches(model, id),
  );
}

/** What to say when the model is not there: the nearest ids first. */
export function describeMissingModel({ model, ids, hide }: MissingModel): string {
  const near = ids.toSorted((a, b) => distance(a, model) - distance(b, model)).slice(0, 5);
  const shown = near.map((id) => cleanWords(id, hide, 80)).join(', ');
  const more = ids.length > near.length ? ` and ${ids.length - near.length} more` : '';
  return `It has ${shown}${more}. Correct model_name.`;
}

interface MissingModel {
  readonly model: string;
  readonly ids: readonly string[];
  readonly hide: Hide;
}

function matches(model: string, id: string): boolean {
  if (!id.includes('*')) return false;
  return model.startsWith(id.slice(0, id.indexOf('*'))) && model.endsWith(id.slice(id.lastIndexOf('*') + 1));
}
