import type { Rate, RunSummary } from './runSummary.ts';

/** What stands where there is nothing to say. */
export const nothing = '–';

/** A share as a percentage with one decimal; 100 % and 0 % are said only of all and of none. */
export function formatPercent(share: number | null): string {
  if (share === null) return nothing;
  const rounded = (100 * share).toFixed(1);
  if (rounded === '100.0' && share < 1) return '99.9';
  if (rounded === '0.0' && share > 0) return '0.1';
  return rounded;
}

/** `65.0 [43.3, 81.9]` */
export function formatRate(rate: Rate): string {
  if (rate.share === null) return nothing;
  return `${formatPercent(rate.share)} [${formatPercent(rate.low)}, ${formatPercent(rate.high)}]`;
}

/** `0`, or the count with the score's two bounds: `3 (62.0–67.0)` */
export function formatUnscored({ items, bounds }: RunSummary): string {
  const count = items.unscored + items.pending;
  if (count === 0 || bounds === null) return String(count);
  return `${count} (${formatPercent(bounds.low)}–${formatPercent(bounds.high)})`;
}

/** `950`, `12.3k`, `4.5M` */
export function formatCount(count: number | null): string {
  if (count === null) return nothing;
  if (count < 10_000) return String(Math.round(count));
  if (count < 999_950) return `${(count / 1e3).toFixed(1)}k`;
  return `${(count / 1e6).toFixed(1)}M`;
}

/** `0.4s`, `42s`, `3m 05s`, `2h 07m` */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m ${two(whole % 60)}s`;
  return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
