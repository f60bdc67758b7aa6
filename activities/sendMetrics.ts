import type { RunRecord, WandbSettings } from '../src/core/run.ts';
import type { ResultStore } from '../src/ports/resultStore.ts';
import { keepPoint, sendOutbox } from '../src/report/wandb/outbox.ts';
import { countRun, emptySeen, type Seen } from '../src/report/wandb/points.ts';
import { createWandbClient } from '../src/report/wandb/wandbClient.ts';
import type { MetricsInput, MetricsSent } from './activities.ts';
import type { Ports } from './ports.ts';

const shortestPauseSeconds = 10;
/** Looking at a run's folder takes this share of the time, at most. */
const shareOfTime = 0.05;

/**
 * Puts the run's figures into its outbox, and sends what is in it. The figures are kept before anything is sent, so
 * that a server that is away for days loses nothing; what failed is tried again by the engine.
 */
export function sendMetrics(ports: Ports): (input: MetricsInput) => Promise<MetricsSent> {
  const seen = new Map<string, Seen>();
  return async ({ folder, isLast }) => {
    const started = performance.now();
    const opened = await openMetrics(ports.openStore(folder));
    if (opened === null) return { isNew: false, nextSeconds: shortestPauseSeconds };
    const known = seen.get(folder) ?? emptySeen();
    seen.set(folder, known);
    const isNew = await keepFigures(opened, known);
    const looked = (performance.now() - started) / 1000;
    if (opened.settings.mode === 'online') {
      const client = createWandbClient(opened.settings, process.env);
      await sendOutbox({ ...opened, client, isComplete: isLast });
    }
    if (isLast) seen.delete(folder);
    return { isNew, nextSeconds: Math.max(shortestPauseSeconds, Math.round(looked / shareOfTime)) };
  };
}

/** A run's folder as its metrics need it. */
export interface OpenMetrics {
  readonly store: ResultStore;
  readonly record: RunRecord;
  readonly settings: WandbSettings;
}

/** Opens what a run's submission kept of its W&B settings; null where it asked for none. */
export async function openMetrics(store: ResultStore): Promise<OpenMetrics | null> {
  const [record, settings] = await Promise.all(['run.json', 'wandb.json'].map((key) => store.get(key)));
  if (!record || !settings) return null;
  return {
    store,
    record: JSON.parse(record.toString()) as RunRecord,
    settings: JSON.parse(settings.toString()) as WandbSettings,
  };
}

/** Adds the figures of this moment to the outbox; true when they are new. */
export async function keepFigures({ store, record }: OpenMetrics, seen: Seen): Promise<boolean> {
  const { maxTurns } = record.request.policy;
  const figures = await countRun(store, seen, { items: record.itemCount, maxTurns });
  return keepPoint(store, figures, Date.now());
}
