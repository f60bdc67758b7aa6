import type { Outcome, TurnOutcome } from '../core/records.ts';
import type { RunRecord } from '../core/run.ts';

/** Is told what happens in runs, for figures and traces; changes nothing, and never throws. */
export interface Observer {
  turnGraded(run: RunRecord, turn: ObservedTurn): void;
  itemEnded(run: RunRecord, outcome: Outcome): void;
  /** An item ended with an error of ours. */
  itemUnscored(run: RunRecord, error: string): void;
  runSummarized(run: RunRecord): void;
  /** A step of the engine began; what is returned is called at its end. */
  stepBegan(step: string): (isFailure: boolean) => void;
}

/** A turn whose grade is new; times in milliseconds since 1970. */
export interface ObservedTurn {
  readonly item: string;
  readonly sample: number;
  readonly grade: TurnOutcome;
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly gradingAt: number;
  readonly gradedAt: number;
}
