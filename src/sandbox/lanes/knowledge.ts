/** What is remembered of targets across slots: whether one comes again, and which cannot take the lane `full`. */
export interface Knowledge {
  /** False the first time that it is asked. */
  comesAgain(key: string): boolean;
  whyUnfit(key: string): string | undefined;
  isUnfit(key: string, reason: string): void;
}

const keptKeys = 100_000;

/** Starts with nothing known; forgets the oldest when there is too much. */
export function createKnowledge(): Knowledge {
  const seen = new Map<string, true>();
  const unfit = new Map<string, string>();
  return {
    comesAgain(key) {
      const known = seen.has(key);
      remember(seen, key, true);
      return known;
    },
    whyUnfit: (key) => unfit.get(key),
    isUnfit: (key, reason) => {
      remember(unfit, key, reason);
    },
  };
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  const oldest = map.size > keptKeys ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
