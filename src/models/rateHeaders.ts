const longestPauseMilliseconds = 10 * 60_000;

/** What is left, and when there is more again: OpenAI and those that copy it, Anthropic, the IETF's draft. */
const pairs: readonly (readonly [left: string, reset: string])[] = [
  ['x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  ['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
  ['anthropic-ratelimit-requests-remaining', 'anthropic-ratelimit-requests-reset'],
  ['anthropic-ratelimit-tokens-remaining', 'anthropic-ratelimit-tokens-reset'],
  ['ratelimit-remaining', 'ratelimit-reset'],
];

/** How long nothing more is taken, by the headers of an answer; undefined when something is left or nothing is said. */
export function readPause(headers: Headers, now: number): number | undefined {
  const pauses = pairs
    .filter(([left]) => Number(headers.get(left) ?? Number.NaN) === 0)
    .map(([, reset]) => readReset(headers.get(reset)?.trim() ?? '', now))
    .filter((pause) => pause !== null && pause > 0);
  const longest = Math.max(0, ...pauses.map(Number));
  return longest === 0 ? undefined : Math.min(longest, longestPauseMilliseconds);
}

/** Seconds (`12`), a duration (`6m0s`, `120ms`) or a date; null when it is none of these. */
function readReset(text: string, now: number): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  if (/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) {
    const pieces = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
    return Math.ceil(
      pieces.reduce((sum, [, count, unit]) => sum + Number(count) * (unitMilliseconds[unit ?? ''] ?? 0), 0),
    );
  }
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at - now;
}

const unitMilliseconds: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
