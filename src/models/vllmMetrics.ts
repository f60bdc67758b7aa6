import { request, type Dispatcher } from 'undici';

/** The gauge of vLLM's /metrics: requests that it has taken but cannot run yet. */
const gauge = /^vllm:num_requests_waiting(?:\{[^}]*\})? (\S+)$/gm;

/** How many requests wait in vLLM's servers, all engines together; null where one does not say. */
export async function countWaiting(
  baseUrls: readonly string[],
  { dispatcher, signal }: { readonly dispatcher: Dispatcher; readonly signal: AbortSignal },
): Promise<number | null> {
  const counts = await Promise.all(
    baseUrls.map(async (baseUrl) => {
      const url = `${baseUrl.replace(/\/v1$/, '')}/metrics`;
      const { statusCode, body } = await request(url, { dispatcher, signal });
      return statusCode === 200 ? readWaiting(await body.text()) : null;
    }),
  );
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}

/** Format: Prometheus's text, a line per engine. */
export function readWaiting(text: string): number | null {
  const values = [...text.matchAll(gauge)].map(([, value]) => Number(value)).filter(Number.isFinite);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}
