import {
  CancellationScope,
  ParentClosePolicy,
  condition,
  getExternalWorkflowHandle,
  setHandler,
  sleep,
  startChild,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import { countItem } from '../src/core/flow/decisions.ts';
import { noCounts, type Counts, type ItemRef, type ShardInput } from '../src/core/flow/plans.ts';
import { endsGently } from './failures.ts';
import type { benchItem } from './benchItem.ts';
import { pause, shardConcurrency, shardCounts, shardReport, unpause } from './messages.ts';
import { itemId, runId } from './workflowIds.ts';

type Item = ChildWorkflowHandle<typeof benchItem>;

/** Between two reports to the run: its history grows with time, not with items. */
const reportInterval = '10 seconds';

/** The items that a shard has in flight, its counters, and how far its run has been told. */
export class OpenItems {
  /** Why the whole run must stop; null while all is well. */
  stopReason: Error | null = null;
  private readonly input: ShardInput;
  /** In flight; null until the server has confirmed the start. */
  private readonly items = new Map<string, Item | null>();
  private readonly scope = new CancellationScope();
  private finished: Counts = noCounts;
  private concurrency: number;
  private paused: boolean;
  private draining = false;

  constructor(input: ShardInput) {
    this.input = input;
    this.concurrency = input.concurrency;
    this.paused = input.paused;
    setHandler(pause, () => this.hold(true));
    setHandler(unpause, () => this.hold(false));
    setHandler(shardConcurrency, (value) => void (this.concurrency = value));
    setHandler(shardCounts, () => this.counts());
  }

  counts(): Counts {
    return { ...this.finished, inFlight: this.items.size };
  }

  mayStartAnother(): boolean {
    return this.stopReason !== null || (!this.paused && this.items.size < this.concurrency);
  }

  begin(finished: Counts): void {
    this.finished = finished;
    this.reportNowAndThen().catch(() => undefined);
  }

  /** Takes the item's place at once; many are started with one message to the server. */
  start(ref: ItemRef): void {
    this.items.set(ref.item, null);
    this.follow(ref).catch(() => undefined);
  }

  /** Gives its share back while it runs out: a report each time half of what was in flight is done. */
  async drain(): Promise<void> {
    this.draining = true;
    while (this.items.size > 0) {
      const half = Math.floor(this.items.size / 2);
      await this.report();
      await condition(() => this.items.size <= half);
    }
  }

  /** Waits until nothing is in flight, also when the shard itself has been cancelled. */
  settle(): Promise<void> {
    return CancellationScope.nonCancellable(() => condition(() => this.items.size === 0));
  }

  private async follow(ref: ItemRef): Promise<void> {
    try {
      const { paused } = this;
      const handle = await this.scope.run(() => this.startItem(ref));
      this.items.set(ref.item, handle);
      // An item that has ended meanwhile needs no word.
      if (this.paused !== paused) await handle.signal(this.paused ? pause : unpause).catch(() => undefined);
      const result = await handle.result();
      this.finished = countItem(this.finished, result);
    } catch (error) {
      this.stopReason ??= error instanceof Error ? error : new Error(String(error));
      if (!endsGently(error)) this.scope.cancel();
    } finally {
      this.items.delete(ref.item);
    }
  }

  private startItem({ item, row }: ItemRef): Promise<Item> {
    const { plan } = this.input;
    return startChild<typeof benchItem>('benchItem', {
      workflowId: itemId(plan.run, item),
      args: [{ plan, item, row, paused: this.paused }],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: `${item}: ${plan.task} with ${plan.model}`,
    });
  }

  private async hold(paused: boolean): Promise<void> {
    this.paused = paused;
    const started = [...this.items.values()].filter((item) => item !== null);
    await Promise.allSettled(started.map((item) => item.signal(paused ? pause : unpause)));
  }

  private async reportNowAndThen(): Promise<void> {
    let told = '';
    while (!this.draining) {
      await sleep(reportInterval);
      const news = (): string => JSON.stringify(this.counts());
      // A run that waits, however long, adds nothing to its history.
      await condition(() => this.draining || news() !== told);
      told = news();
      await this.report();
    }
  }

  /** The run may have ended meanwhile; a lost report is made up for by the shard's result. */
  private async report(): Promise<void> {
    const { plan, shard } = this.input;
    const run = getExternalWorkflowHandle(runId(plan.run));
    const telling = run.signal(shardReport, { shard, counts: this.counts(), draining: this.draining });
    await telling.catch(() => undefined);
  }
}
