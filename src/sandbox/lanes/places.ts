/** One that waits for a place. `target`: what it would find warm in some places. */
interface Waiting<Place> {
  readonly target: string;
  readonly since: number;
  readonly start: (place: Place) => void;
}

export interface Places<Place> {
  /** Runs `work` in a free place; waiting for one ends at once when the signal aborts. */
  use<T>(signal: AbortSignal, target: string, work: (place: Place) => Promise<T>): Promise<T>;
}

export interface PlaceOptions<Place> {
  readonly places: readonly Place[];
  readonly isWarm: (place: Place, target: string) => boolean;
  /** Who has waited longer than this is next, warm or not. */
  readonly patienceMilliseconds: number;
}

/** Gives out places: to those first whose target is warm there, to nobody twice before one that waits too long. */
export function createPlaces<Place>(options: PlaceOptions<Place>): Places<Place> {
  const free = [...options.places];
  const waiting: Waiting<Place>[] = [];
  const giveBack = (place: Place): void => {
    const next = chooseNext(waiting, place, options);
    if (next === undefined) {
      free.push(place);
      return;
    }
    waiting.splice(waiting.indexOf(next), 1);
    next.start(place);
  };
  return {
    async use(signal, target, work) {
      signal.throwIfAborted();
      const found = free.find((one) => options.isWarm(one, target)) ?? free[0];
      if (found !== undefined) free.splice(free.indexOf(found), 1);
      const place = found ?? (await waitIn(waiting, signal, target));
      try {
        return await work(place);
      } finally {
        giveBack(place);
      }
    },
  };
}

function waitIn<Place>(waiting: Waiting<Place>[], signal: AbortSignal, target: string): Promise<Place> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      waiting.splice(waiting.indexOf(entry), 1);
      reject(signal.reason as Error);
    };
    const start = (place: Place): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(place);
    };
    const entry = { target, since: performance.now(), start };
    signal.addEventListener('abort', onAbort, { once: true });
    waiting.push(entry);
  });
}

function chooseNext<Place>(
  waiting: readonly Waiting<Place>[],
  place: Place,
  { places, isWarm, patienceMilliseconds }: PlaceOptions<Place>,
): Waiting<Place> | undefined {
  const oldest = waiting[0];
  if (oldest === undefined || performance.now() - oldest.since > patienceMilliseconds) return oldest;
  const here = waiting.find(({ target }) => isWarm(place, target));
  const nowhere = (): Waiting<Place> | undefined =>
    waiting.find(({ target }) => !places.some((one) => isWarm(one, target)));
  return here ?? nowhere() ?? oldest;
}
