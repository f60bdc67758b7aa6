import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../core/errors.ts';
import type { FimForm } from '../core/run.ts';
import { marksIn } from '../core/tasks/fillText.ts';
import { nearest } from './nearestKey.ts';
import { resourcePath } from './resources.ts';
import { parseYaml } from './yamlText.ts';

const family = z.strictObject({
  source: z.string().min(1),
  template: z.string().refine((text) => marksIn(text).toSorted().join() === 'prefix,suffix', {
    error: 'expected {prefix} and {suffix}',
  }),
  stop: z.array(z.string().min(1)).min(1),
});
const table = z.record(z.string(), family);

/** How a family of models is asked to fill a gap. Throws ConfigError with the families that there are. */
export function fimForm(name: string, place: string): FimForm {
  const families = readFamilies();
  const found = Object.hasOwn(families, name) ? families[name] : undefined;
  if (found !== undefined) return { family: name, template: found.template, stop: found.stop };
  const near = nearest(name, Object.keys(families));
  const hint = near === null ? '' : ` Did you mean ${near}?`;
  throw new ConfigError(
    `${place}must be null or one of ${Object.keys(families).join(', ')}; found "${name}".${hint}`,
  );
}

/** The table of resources/fim.yaml. */
export function readFamilies(): z.infer<typeof table> {
  const path = resourcePath('fim.yaml');
  const parsed = table.safeParse(parseYaml(readFileSync(path, 'utf8'), path).value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError(
    `${path}: ${issue?.path.join('.')}: ${issue?.message ?? 'not as expected'}; reinstall.`,
  );
}
