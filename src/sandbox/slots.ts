/** A fixed number of places; waiting for one ends at once when the signal aborts. */
export interface Slots {
  /** Runs `work` with the index of a free place. */
  use<T>(signal: AbortSignal, work: (slot: number) => Promise<T>): Promise<T>;
}

/** Makes `count` places, given out in the order of asking. */
export function createSlots(count: number): Slots {
  const free = Array.from({ length: count }, (_, index) => index);
  const waiting: ((slot: number) => void)[] = [];

  const take = (signal: AbortSignal): Promise<number> => {
    signal.throwIfAborted();
    const slot = free.shift();
    if (slot !== undefined) return Promise.resolve(slot);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiting.splice(waiting.indexOf(onSlot), 1);
        reject(signal.reason as Error);
      };
      const onSlot = (given: number): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(given);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.push(onSlot);
    });
  };

  const giveBack = (slot: number): void => {
    const next = waiting.shift();
    if (next) next(slot);
    else free.push(slot);
  };

  return {
    async use(signal, work) {
      const slot = await take(signal);
      try {
        return await work(slot);
      } finally {
        giveBack(slot);
      }
    },
  };
}
