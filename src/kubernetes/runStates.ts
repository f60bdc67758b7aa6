import { z } from 'zod';
import { ConfigError } from '../core/errors.ts';
import { inNamespace, kubectl } from './kubectl.ts';
import { ownLabels, partLabel } from './manifest.ts';

/** A run on the cluster, as its Job and pods say. */
export interface RunState {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed';
  /** Pods that failed before the present one. */
  readonly attempts: number;
  readonly since: string;
  /** Why it waits or failed, in the cluster's words. */
  readonly why: string;
}

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
});
const jobsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), creationTimestamp: z.string() }),
      status: z.object({
        active: z.number().default(0),
        ready: z.number().default(0),
        failed: z.number().default(0),
        conditions: z.array(condition).default([]),
      }),
    }),
  ),
});
const waiting = z.object({ reason: z.string().optional(), message: z.string().optional() });
const podsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
      status: z.object({
        phase: z.string().optional(),
        conditions: z.array(condition).default([]),
        containerStatuses: z
          .array(z.object({ state: z.object({ waiting: waiting.optional() }).default({}) }))
          .default([]),
      }),
    }),
  ),
});

type Job = z.infer<typeof jobsSchema>['items'][number];
type Pod = z.infer<typeof podsSchema>['items'][number];

/** All runs of the namespace, oldest first. */
export async function readRunStates(namespace: string | null | undefined): Promise<readonly RunState[]> {
  const selector = Object.entries(ownLabels).map(([key, value]) => `${key}=${value}`);
  const ask = (kind: string): Promise<string> =>
    kubectl(['get', kind, `--selector=${selector.join(',')}`, '--output=json', ...inNamespace(namespace)]);
  const [jobs, pods] = await Promise.all([ask('jobs'), ask('pods')]);
  const ofJob = (name: string) =>
    read(podsSchema, pods).items.filter((pod) => pod.metadata.labels[partLabel] === name);
  return read(jobsSchema, jobs)
    .items.map((job) => stateOf(job, ofJob(job.metadata.name)))
    .sort((a, b) => (a.since < b.since ? -1 : 1));
}

function stateOf({ metadata, status }: Job, pods: readonly Pod[]): RunState {
  const facts = { name: metadata.name, attempts: status.failed, since: metadata.creationTimestamp };
  const end = status.conditions.find(
    ({ type, status: is }) => is === 'True' && /^(Complete|Failed)$/.test(type),
  );
  if (end !== undefined)
    return { ...facts, state: end.type === 'Complete' ? 'succeeded' : 'failed', why: wordsOf(end) };
  if (status.ready > 0) return { ...facts, state: 'running', why: '' };
  return { ...facts, state: 'waiting', why: pods.map(whyWaiting).find((why) => why !== '') ?? '' };
}

/** No place for it, an image that cannot be had, and their like. */
function whyWaiting({ status }: Pod): string {
  const container = status.containerStatuses
    .map(({ state }) => state.waiting)
    .find((one) => one !== undefined);
  const unplaced = status.conditions.find(
    ({ type, status: is }) => type === 'PodScheduled' && is === 'False',
  );
  return wordsOf(container ?? unplaced ?? {});
}

function wordsOf({
  reason,
  message,
}: {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}): string {
  return [reason, message].filter((part) => part !== undefined && part !== '').join(': ');
}

function read<T>(schema: z.ZodType<T>, answer: string): T {
  const checked = schema.safeParse(JSON.parse(answer));
  if (checked.success) return checked.data;
  throw new ConfigError(
    `kubectl get answered something else than expected: ${z.prettifyError(checked.error)}`,
  );
}
