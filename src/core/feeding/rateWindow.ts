/** What was sent in the last minute. Times are milliseconds of one clock. */
export interface Sent {
  readonly at: number;
  /** An estimate until the answer says how many there were. */
  tokens: number;
}

export interface RateLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
}

const minute = 60_000;

/** Forgets what is older than a minute. What was sent first comes first, so that seldom more than one is looked at. */
export function lastMinute(sent: readonly Sent[], now: number): readonly Sent[] {
  const first = sent.findIndex(({ at }) => now - at < minute);
  return first === 0 ? sent : sent.slice(first < 0 ? sent.length : first);
}

/** How long a request of so many tokens must wait, in milliseconds, so that no minute holds more than is allowed. */
export function waitFor(
  sent: readonly Sent[],
  limits: RateLimits,
  { now, tokens }: { readonly now: number; readonly tokens: number },
): number {
  const recent = lastMinute(sent, now);
  const { requestsPerMinute, tokensPerMinute } = limits;
  return Math.max(
    waitUntilFits(recent, now, { most: requestsPerMinute, more: 1, of: () => 1 }),
    waitUntilFits(recent, now, { most: tokensPerMinute, more: tokens, of: (one) => one.tokens }),
  );
}

interface Fitting {
  readonly most: number | null;
  readonly more: number;
  readonly of: (one: Sent) => number;
}

/** A request that alone is more than a minute allows is sent when nothing else was: waiting longer helps nothing. */
function waitUntilFits(recent: readonly Sent[], now: number, { most, more, of }: Fitting): number {
  if (most === null) return 0;
  let sum = recent.reduce((total, one) => total + of(one), 0);
  if (sum + more <= most) return 0;
  for (const one of recent) {
    sum -= of(one);
    if (sum + more <= most) return one.at + minute - now;
  }
  const last = recent.at(-1);
  return last === undefined ? 0 : last.at + minute - now;
}
