/** Where a run's files live. Keys are relative POSIX paths; values are bytes; nothing is ever overwritten. */
export interface ResultStore {
  /** Null when there is no such key. */
  get(key: string): Promise<Buffer | null>;
  /** Writes once. False when the key already existed (its old value stays). */
  putOnce(key: string, value: Buffer | string, options?: { durable?: boolean }): Promise<boolean>;
  /** Keys directly or indirectly under a folder, sorted; empty when there is none. */
  list(folder: string): Promise<string[]>;
  /** Replaces a derived file (tables, summaries) atomically; never used for answers, reports, outcomes. */
  replace(key: string, chunks: AsyncIterable<string>): Promise<void>;
}
