import { z } from 'zod';
import { shortDigest } from '../../core/digest.ts';
import type { RunRecord, WandbSettings } from '../../core/run.ts';
import type { ResultStore } from '../../ports/resultStore.ts';
import type { WandbClient } from './wandbClient.ts';

const pointKey = (step: number): string => `wandb/points/${String(step).padStart(8, '0')}.json`;
const sentKey = 'wandb/sent.json';

const pointSchema = z.record(z.string(), z.number());
const sentSchema = z.object({ points: z.number().int().nonnegative(), isComplete: z.boolean() });
export type Point = Readonly<Record<string, number>>;

/** Puts a point into the outbox when a figure has changed. It is written once, whoever else writes; true when it was new. */
export async function keepPoint(store: ResultStore, figures: Point, now: number): Promise<boolean> {
  const step = (await store.list('wandb/points')).length;
  const before = step === 0 ? null : await readPoint(store, step - 1);
  if (before !== null) {
    const { _step: _, _timestamp: __, ...same } = before;
    if (shortDigest(same) === shortDigest(figures)) return false;
  }
  const point = { ...figures, _step: step, _timestamp: now / 1000 };
  return store.putOnce(pointKey(step), JSON.stringify(point));
}

/** Points to a request, at most. */
const pointsAtATime = 500;

/** Sends what was not sent yet, in order; a point that is sent twice lands at the same place. Returns how many points are there. */
export async function sendOutbox(input: {
  readonly store: ResultStore;
  readonly record: RunRecord;
  readonly settings: WandbSettings;
  readonly client: WandbClient;
  readonly isComplete: boolean;
}): Promise<number> {
  const { store, client, isComplete } = input;
  const points = (await store.list('wandb/points')).length;
  const sent = sentSchema.safeParse(JSON.parse((await store.get(sentKey))?.toString() ?? 'null')).data;
  let from = sent?.points ?? 0;
  if (from >= points && (!isComplete || sent?.isComplete === true)) return points;
  const place = await client.upsertRun(runOf(input));
  do {
    const to = Math.min(points, from + pointsAtATime);
    const steps = Array.from({ length: to - from }, (_, index) => from + index);
    const history = await Promise.all(steps.map((step) => readPoint(store, step)));
    const summary = to === 0 ? {} : await readPoint(store, to - 1);
    const isLast = to === points && isComplete;
    await client.stream(place, { offset: from, history, summary, isComplete: isLast });
    await store.replace(sentKey, [JSON.stringify({ points: to, isComplete: isLast })]);
    from = to;
  } while (from < points);
  return points;
}

/** The same for every worker and every resumption of a run: the name, and when it was begun. */
export function wandbRunId({ request, createdAt }: RunRecord): string {
  return `${request.name.slice(0, 100)}-${shortDigest([request.name, createdAt]).slice(0, 8)}`;
}

function runOf({ record, settings }: { readonly record: RunRecord; readonly settings: WandbSettings }) {
  const { request, lock, environment, versions, itemCount } = record;
  const { name, task, repository, model, policy, grading } = request;
  const asked = {
    provider: model.provider,
    name: model.model,
    arguments: model.modelArguments,
    seed: model.seed,
  };
  return {
    id: wandbRunId(record),
    displayName: name,
    project: settings.project,
    config: {
      run: name,
      task,
      repository,
      items: itemCount,
      model: asked,
      policy,
      grading,
      lock,
      environment,
      versions,
      ...(settings.email !== null && { email: settings.email }),
    },
  };
}

async function readPoint(store: ResultStore, step: number): Promise<Point> {
  return pointSchema.parse(JSON.parse((await store.get(pointKey(step)))?.toString() ?? '{}'));
}
