/** What this process wrote last of a run, so that the next step of the same item need not read it from the disk. */
export interface RecentRecords {
  keep(key: string, text: string): void;
  get(key: string): string | null;
  clear(): void;
}

/** Answers and grades of more turns than are in flight at a time; an older one is simply read from the folder. */
const keptBytes = 8 * 1024 * 1024;

/** A memory of one run, empty. */
export function createRecentRecords(): RecentRecords {
  const texts = new Map<string, string>();
  let bytes = 0;
  return {
    keep(key, text) {
      bytes += text.length - (texts.get(key)?.length ?? 0);
      texts.delete(key);
      texts.set(key, text);
      for (const [oldest, old] of texts) {
        if (bytes <= keptBytes) break;
        texts.delete(oldest);
        bytes -= old.length;
      }
    },
    get: (key) => texts.get(key) ?? null,
    clear() {
      texts.clear();
      bytes = 0;
    },
  };
}
