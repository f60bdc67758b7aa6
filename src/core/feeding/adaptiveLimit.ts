/** How many requests an endpoint is sent at a time, and what is known of how many it takes. */
export interface AdaptiveLimit {
  readonly limit: number;
  /** At so many in flight it refused one; null while it never has. */
  readonly refusedAt: number | null;
  /** Answers since the limit was last changed. */
  readonly answered: number;
  /** Rounds of answers before one more than it is known to take is tried. */
  readonly patience: number;
  /** One more than it was known to take is being tried. */
  readonly isTrying: boolean;
}

const mostPatience = 8;

/** The limit to begin with: all that is allowed, for an endpoint that takes less says so at once. */
export function startLimit(most: number): AdaptiveLimit {
  return { limit: most, refusedAt: null, answered: 0, patience: 1, isTrying: false };
}

/** An answer came. Up to what the endpoint is known to take the limit grows quickly, beyond it by one, after a while. */
export function afterAnswer(state: AdaptiveLimit, most: number): AdaptiveLimit {
  const answered = state.answered + 1;
  const next = Math.min(most, state.limit + 1);
  if (state.limit >= most) return { ...state, answered };
  if (state.refusedAt === null || next < state.refusedAt) return { ...state, limit: next, answered: 0 };
  if (state.isTrying && answered >= state.limit) {
    // A whole round went well at what was refused before: it takes more by now.
    const refusedAt = Math.ceil(1.25 * state.limit) + 1;
    return { ...state, refusedAt, answered: 0, patience: 1, isTrying: false };
  }
  if (state.isTrying || answered < state.patience * state.limit) return { ...state, answered };
  return { ...state, limit: next, answered: 0, isTrying: true };
}

/** It refused one for being too many: it takes those that are still in flight. */
export function afterRefusal(state: AdaptiveLimit, othersInFlight: number): AdaptiveLimit {
  const limit = Math.max(1, Math.min(state.limit, othersInFlight));
  const patience = state.isTrying ? Math.min(mostPatience, 2 * state.patience) : state.patience;
  return { limit, refusedAt: limit + 1, answered: 0, patience, isTrying: false };
}

/** Answers come so late that more at a time would be lost to the time limit, or wait in the server's own queue. */
export function afterSlowness(state: AdaptiveLimit, served: number): AdaptiveLimit {
  const limit = Math.max(1, Math.min(state.limit, served));
  return { ...state, limit, refusedAt: limit + 1, answered: 0, isTrying: false };
}

/** Never more than is allowed now. */
export function within(state: AdaptiveLimit, most: number): AdaptiveLimit {
  return state.limit <= most ? state : { ...state, limit: Math.max(1, most) };
}
