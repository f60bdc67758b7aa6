import type { Stub } from '../runner/protocol.ts';

/** What is remembered of targets across slots: whether one comes again, and what a zygote for it boots from. */
export interface Knowledge {
  /** False the first time that it is asked. */
  comesAgain(target: string): boolean;
  /** The stubbed file, or why the target cannot take the lane `full`. */
  stubOf(target: string): Stub | string | undefined;
  keepStub(target: string, stub: Stub | string): void;
}

const keptTargets = 100_000;
/** Each is a whole file. */
const keptStubs = 500;

/** Starts with nothing known; forgets the oldest when there is too much. */
export function createKnowledge(): Knowledge {
  const seen = new Map<string, true>();
  const unfit = new Map<string, string>();
  const stubs = new Map<string, Stub>();
  return {
    comesAgain(target) {
      const known = seen.has(target);
      remember(seen, target, { value: true, kept: keptTargets });
      return known;
    },
    stubOf: (target) => unfit.get(target) ?? stubs.get(target),
    keepStub(target, stub) {
      if (typeof stub === 'string') remember(unfit, target, { value: stub, kept: keptTargets });
      else remember(stubs, target, { value: stub, kept: keptStubs });
    },
  };
}

function remember<Value>(
  map: Map<string, Value>,
  key: string,
  { value, kept }: { value: Value; kept: number },
): void {
  map.set(key, value);
  const oldest = map.size > kept ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}
