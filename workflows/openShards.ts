import {
  CancellationScope,
  ParentClosePolicy,
  condition,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertMemo,
  workflowInfo,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import { addCounts, feedingShare, shardRange, type ShardRange } from '../src/core/flow/decisions.ts';
import { describeRun } from '../src/core/flow/describe.ts';
import { noCounts, type Counts, type RunInput, type RunProgress } from '../src/core/flow/plans.ts';
import type { benchShard } from './benchShard.ts';
import * as messages from './messages.ts';
import { shardId } from './workflowIds.ts';
import { runMemo } from './runMemo.ts';

interface OpenShard {
  readonly handle: ChildWorkflowHandle<typeof benchShard>;
  counts: Counts;
  /** It has started all its items and gives its share back. */
  draining: boolean;
  /** What it was last told. */
  share: number;
}

/** Tails that may overlap with the shard that is feeding. */
const maximumOpenShards = 4;

/** The shards of a run, its counters, and the messages that people send it. */
export class OpenShards {
  stopReason: Error | null = null;
  private readonly input: RunInput;
  private readonly shards = new Map<number, OpenShard>();
  private readonly scope = new CancellationScope();
  private readonly startedAt: number;
  private done: Counts;
  private next: number;
  private opened = 0;
  private concurrency: number;
  private paused: boolean;
  private phase: RunProgress['state'] = 'checking the endpoint';

  constructor(input: RunInput) {
    this.input = input;
    this.startedAt = input.startedAt ?? Date.now();
    this.done = input.counts ?? noCounts;
    this.next = input.nextShard ?? 0;
    this.concurrency = input.concurrency ?? input.plan.batchSize;
    this.paused = input.paused ?? false;
    this.listen();
    this.show();
  }

  becomes(phase: RunProgress['state']): void {
    this.phase = phase;
    this.show();
  }

  nextRange(): ShardRange | null {
    return shardRange(this.input.plan, this.next);
  }

  historyIsLong(): boolean {
    return workflowInfo().continueAsNewSuggested || this.opened >= this.input.plan.shardsPerExecution;
  }

  mayOpenAnother(): boolean {
    if (this.stopReason !== null) return true;
    const shards = [...this.shards.values()];
    return shards.length < maximumOpenShards && shards.every(({ draining }) => draining);
  }

  /** Waits until every shard is closed, also when the run itself has been cancelled. */
  settle(): Promise<void> {
    return CancellationScope.nonCancellable(() => condition(() => this.shards.size === 0));
  }

  async open(range: ShardRange): Promise<void> {
    const { plan } = this.input;
    const concurrency = feedingShare(this.concurrency, addCounts(this.allCounts()).inFlight);
    const { paused } = this;
    const handle = await this.scope.run(() =>
      startChild<typeof benchShard>('benchShard', {
        workflowId: shardId(plan.run, range.shard),
        args: [{ plan, ...range, concurrency, paused }],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: `items ${range.from + 1} to ${range.to} of ${plan.itemCount}`,
      }),
    );
    this.shards.set(range.shard, { handle, counts: noCounts, draining: false, share: concurrency });
    this.next = range.shard + 1;
    this.opened += 1;
    this.follow(range.shard, handle).catch(() => undefined);
    if (this.paused !== paused) await this.hold(this.paused);
    await this.shareOut();
  }

  progress(): RunProgress {
    const { plan } = this.input;
    return {
      ...this.counts(),
      run: plan.run,
      task: plan.task,
      model: plan.model,
      items: plan.itemCount,
      concurrency: this.concurrency,
      startedAt: this.startedAt,
      state: this.paused && this.phase === 'running' ? 'paused' : this.phase,
    };
  }

  counts(): Counts {
    return addCounts([this.done, ...this.allCounts()]);
  }

  /** The engine would carry over the memo of the start. */
  memo(): Record<string, unknown> {
    return runMemo(this.input.plan, this.concurrency);
  }

  /** What the next execution needs; nothing is open when a run continues as new. */
  carriedOver(): RunInput {
    const { plan, version } = this.input;
    const { next: nextShard, done: counts, startedAt, concurrency, paused } = this;
    return { plan, version, nextShard, counts, startedAt, concurrency, paused };
  }

  private allCounts(): Counts[] {
    return [...this.shards.values()].map(({ counts }) => counts);
  }

  private listen(): void {
    setHandler(messages.pause, () => this.hold(true));
    setHandler(messages.unpause, () => this.hold(false));
    setHandler(messages.setConcurrency, (value) => this.limit(value), {
      validator: (value) => {
        if (!Number.isInteger(value) || value < 1)
          throw new Error('setConcurrency expects a whole number from 1');
      },
    });
    setHandler(messages.progress, () => this.progress());
    setHandler(messages.state, () => this.state());
    setHandler(messages.shardReport, ({ shard, counts, draining }) => {
      const open = this.shards.get(shard);
      if (open === undefined) return;
      Object.assign(open, { counts, draining });
      this.show();
      return this.shareOut();
    });
  }

  private async follow(shard: number, handle: OpenShard['handle']): Promise<void> {
    try {
      const counts = await handle.result();
      this.done = addCounts([this.done, counts]);
    } catch (error) {
      this.stopReason ??= error instanceof Error ? error : new Error(String(error));
      this.scope.cancel();
    } finally {
      this.shards.delete(shard);
      this.show();
    }
    await this.shareOut();
  }

  private async hold(paused: boolean): Promise<void> {
    this.paused = paused;
    this.show();
    const signal = paused ? messages.pause : messages.unpause;
    await Promise.allSettled([...this.shards.values()].map(({ handle }) => handle.signal(signal)));
  }

  private async limit(concurrency: number): Promise<number> {
    this.concurrency = concurrency;
    // Workers give the endpoint as many slots as the memo says.
    upsertMemo({ modelSlots: concurrency });
    await this.shareOut();
    return concurrency;
  }

  /** Draining shards keep what they have in flight, the feeding one gets the rest. */
  private async shareOut(): Promise<void> {
    const shards = [...this.shards.values()];
    const draining = shards.filter((shard) => shard.draining);
    const share = feedingShare(this.concurrency, addCounts(draining.map(({ counts }) => counts)).inFlight);
    const feeding = shards.filter((shard) => !shard.draining && shard.share !== share);
    for (const shard of feeding) shard.share = share;
    await Promise.allSettled(feeding.map(({ handle }) => handle.signal(messages.shardConcurrency, share)));
  }

  private state(): messages.RunState {
    const { plan, version } = this.input;
    const openShards = [...this.shards].map(([shard, { draining }]) => ({
      shard,
      workflowId: shardId(plan.run, shard),
      draining,
    }));
    const { paused, concurrency, next: nextShard, done: closed } = this;
    const shardCount = Math.ceil(plan.itemCount / plan.shardSize);
    const { historyLength } = workflowInfo();
    const { folder } = plan;
    return { folder, version, paused, concurrency, closed, openShards, nextShard, shardCount, historyLength };
  }

  private show(): void {
    setCurrentDetails(describeRun(this.progress()));
  }
}
