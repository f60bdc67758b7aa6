/** Where a run's files live. Keys are relative POSIX paths; what is written once is never overwritten. */
export interface ResultStore {
  /** Null when there is no such key. */
  get(key: string): Promise<Buffer | null>;
  /** Writes once. False when the key already existed (its old value stays). */
  putOnce(key: string, value: Buffer | string, options?: { durable?: boolean }): Promise<boolean>;
  /** Keys directly or indirectly under a folder, sorted; empty when there is none. */
  list(folder: string): Promise<string[]>;
  /** Replaces a derived file (tables, summaries) atomically; never used for answers, reports, outcomes. */
  replace(key: string, chunks: AsyncIterable<string> | Iterable<string>): Promise<void>;
  /** Announces paid work on a key. Throws StorageError when there is no room or right to keep its result. */
  claim(key: string): Promise<Claim>;
}

/** Paid work in progress. Left behind only when its process died. */
export interface Claim {
  /** Somebody announced the same work before and never released it: it may have been paid already. */
  readonly heldBefore: boolean;
  release(): Promise<void>;
}
