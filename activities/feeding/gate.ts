import {
  afterAnswer,
  afterRefusal,
  afterSlowness,
  startLimit,
  within,
  type AdaptiveLimit,
} from '../../src/core/feeding/adaptiveLimit.ts';
import { lastMinute, waitFor, type RateLimits, type Sent } from '../../src/core/feeding/rateWindow.ts';

/** What is shown of how an endpoint is fed. */
export interface GateState {
  /** Requests that it may have at a time, by what it took so far … */
  readonly limit: number;
  /** … and by what the runs allow. */
  readonly most: number;
  readonly inFlight: number;
  readonly waiting: number;
  readonly refusedInLastMinute: number;
  readonly pausedMilliseconds: number;
}

/** One request's leave to be sent. Exactly one of the ends is told. */
export interface Leave {
  answered(end: {
    readonly tokens: number;
    readonly isSlow: boolean;
    readonly pauseMilliseconds: number;
  }): void;
  refused(pauseMilliseconds: number): void;
  /** Failed in a way that says nothing about how many the endpoint takes. */
  failed(): void;
}

export interface Wish {
  /** Requests at a time that the runs allow, at this moment. */
  readonly most: () => number;
  readonly limits: RateLimits;
  /** An estimate of what it will use up. */
  readonly tokens: number;
  /** Gives up waiting. */
  readonly signal: AbortSignal;
}

/** The one door to an endpoint: who comes first goes first, when its limits allow it. */
export interface Gate {
  enter(wish: Wish): Promise<Leave>;
  /** The server's own word on how many requests wait in it, which it cannot run yet. */
  isBehind(waitingInServer: number): void;
  state(): GateState;
}

interface Waiter {
  readonly wish: Wish;
  readonly go: (leave: Leave) => void;
}

/** A gate of this process; its clock is the process's. */
export class EndpointGate implements Gate {
  private readonly waiting: Waiter[] = [];
  private adaptive: AdaptiveLimit | null = null;
  private most = 0;
  private inFlight = 0;
  private pausedUntil = 0;
  private sent: readonly Sent[] = [];
  private refusals: number[] = [];
  private timer: NodeJS.Timeout | null = null;

  enter(wish: Wish): Promise<Leave> {
    return new Promise((resolve, reject) => {
      const { signal } = wish;
      const waiter: Waiter = {
        wish,
        go: (leave) => {
          signal.removeEventListener('abort', giveUp);
          resolve(leave);
        },
      };
      const giveUp = (): void => {
        const place = this.waiting.indexOf(waiter);
        if (place >= 0) this.waiting.splice(place, 1);
        reject(signal.reason);
        // The gate may have waited for this one's share of a minute.
        this.letInWhoMay();
      };
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      this.waiting.push(waiter);
      this.letInWhoMay();
    });
  }

  isBehind(waitingInServer: number): void {
    if (waitingInServer <= 0) return;
    const state = this.adaptive ?? startLimit(this.most);
    this.adaptive = afterSlowness(state, this.inFlight - waitingInServer);
  }

  state(): GateState {
    const { most, inFlight, waiting } = this;
    return {
      limit: Math.min(this.adaptive?.limit ?? most, most),
      most,
      inFlight,
      waiting: waiting.length,
      refusedInLastMinute: this.refusals.filter(isRecent).length,
      pausedMilliseconds: Math.max(0, Math.round(this.pausedUntil - performance.now())),
    };
  }

  private letInWhoMay(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (let first = this.waiting[0]; first !== undefined; first = this.waiting[0]) {
      if (this.inFlight >= this.limitFor(first.wish)) return;
      const wait = this.waitOf(first.wish);
      if (wait > 0) {
        this.timer = setTimeout(() => this.letInWhoMay(), Math.ceil(wait));
        return;
      }
      this.waiting.shift();
      first.go(this.letIn(first.wish));
    }
  }

  /** An endpoint that never refused takes whatever is allowed now. */
  private limitFor(wish: Wish): number {
    const most = wish.most();
    this.most = most;
    const before = this.adaptive ?? startLimit(most);
    this.adaptive = before.refusedAt === null ? { ...before, limit: most } : within(before, most);
    return this.adaptive.limit;
  }

  private waitOf({ limits, tokens }: Wish): number {
    const now = performance.now();
    this.sent = lastMinute(this.sent, now);
    return Math.max(this.pausedUntil - now, waitFor(this.sent, limits, { now, tokens }));
  }

  private letIn({ tokens }: Wish): Leave {
    this.inFlight += 1;
    const entry: Sent = { at: performance.now(), tokens };
    this.sent = [...this.sent, entry];
    return {
      answered: ({ tokens: used, isSlow, pauseMilliseconds }) => {
        entry.tokens = used;
        this.pauseFor(pauseMilliseconds);
        this.end((state) =>
          isSlow ? afterSlowness(state, Math.floor(0.9 * state.limit)) : afterAnswer(state, this.most),
        );
      },
      refused: (pauseMilliseconds) => {
        this.refusals = [...this.refusals.filter(isRecent), performance.now()];
        entry.tokens = 0;
        // Where others are being answered it had too many at a time; where none is, it takes none for a while.
        if (this.inFlight === 1) this.pauseFor(pauseMilliseconds);
        this.end((state) => afterRefusal(state, this.inFlight));
      },
      failed: () => this.end((state) => state),
    };
  }

  private pauseFor(milliseconds: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, performance.now() + milliseconds);
  }

  private end(change: (state: AdaptiveLimit) => AdaptiveLimit): void {
    this.inFlight -= 1;
    this.adaptive = change(this.adaptive ?? startLimit(this.most));
    this.letInWhoMay();
  }
}

function isRecent(at: number): boolean {
  return performance.now() - at < 60_000;
}
