import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { configErrorOf } from '../config/explainIssues.ts';
import { isMapping, type Layer } from '../config/layers.ts';
import { parseYaml } from '../config/yamlText.ts';
import { ConfigError } from '../core/errors.ts';

const quantity = z
  .union([z.string(), z.number()], { error: 'a quantity of Kubernetes, such as 16, 500m or 50Gi' })
  .transform(String)
  .pipe(
    z.string().regex(/^\d+(\.\d+)?(m|[kMGTPE]i?)?$/, 'a quantity of Kubernetes, such as 16, 500m or 50Gi'),
  );
const gpus = z.number({ error: 'a number of GPUs' }).int().min(0);
const text = z.string({ error: 'text' }).min(1, 'text');
/** A DNS label: what the API server takes for a namespace, a Secret or a service account. */
const label = text.regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, 'lower-case letters, digits, - and .');

/** What `--k8s-config-file` may say; the first eleven keys are the original's. Defaults as there. */
export const kubernetesSchema = z.strictObject({
  command: text.nullish(),
  namespace: label.nullish(),
  gpu_requests: gpus.optional(),
  gpu_limits: gpus.optional(),
  cpu_requests: quantity.default('16'),
  cpu_limits: quantity.default('16'),
  memory_requests: quantity.default('50Gi'),
  memory_limits: quantity.default('50Gi'),
  tmp_disk_size: quantity.default('50Gi'),
  env: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String), {
      error: 'a mapping of variables',
    })
    .default({}),
  job_template: z
    .record(z.string(), z.unknown(), { error: 'parts of a Job, as Kubernetes writes them' })
    .default({}),
  image: text.nullish(),
  secrets: z.array(label, { error: 'a list of names of Secrets' }).default([]),
  service_account: label.nullish(),
});

export type KubernetesFile = z.infer<typeof kubernetesSchema>;

/** Reads the file; none means all defaults. Unknown keys are named with their line. */
export function readKubernetesFile(path: string | undefined): KubernetesFile {
  const { values, layer } = path === undefined ? { values: {}, layer: emptyLayer } : readValues(path);
  const checked = kubernetesSchema.safeParse(values);
  if (!checked.success) throw configErrorOf(checked.error.issues, layer, kubernetesSchema.shape);
  const { gpu_requests: requests, gpu_limits: limits } = checked.data;
  if (requests !== undefined && limits !== undefined && requests !== limits)
    throw new ConfigError(
      `${path}: gpu_requests is ${requests} and gpu_limits ${limits}; a GPU is not shared: set both to the same number.`,
    );
  return checked.data;
}

/** GPUs of the pod; the original's default is one. */
export function gpuCount({ gpu_requests: requests, gpu_limits: limits }: KubernetesFile): number {
  return limits ?? requests ?? 1;
}

const emptyLayer: Layer = { values: {}, origins: new Map() };

function readValues(path: string): { values: unknown; layer: Layer } {
  const { value, lines } = parseYaml(readText(path), path);
  if (value === null) return { values: {}, layer: emptyLayer };
  if (!isMapping(value))
    throw new ConfigError(`${path}: expected keys such as namespace and env, found none.`);
  const origins = new Map(
    [...lines].map(([key, line]) => [key, { place: `${path}:${line}`, folder: '.' }] as const),
  );
  return { values: value, layer: { values: value, origins } };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`Expected a Kubernetes file at ${path} (--k8s-config-file), found none.`, {
      cause,
    });
  }
}
