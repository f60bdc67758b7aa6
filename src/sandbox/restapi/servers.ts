import pLimit, { type LimitFunction } from 'p-limit';
import { ConfigError } from '../../core/errors.ts';
import { environmentsSchema, healthSchema, type EnvironmentsAnswer } from '../wire/gradeContract.ts';
import { exchange, failureOf, parseJson, type Connection } from './http.ts';

/** One of ours has the typed routes; somebody else's has `/run_item` and nothing more. */
export type ServerKind = { readonly kind: 'typed'; readonly slots: number } | { readonly kind: 'plain' };

/** A server with its places: it is never sent more than it grades at a time. */
export interface KnownServer {
  readonly kind: ServerKind;
  readonly places: LimitFunction;
}

export interface Server {
  readonly address: string;
  known: Promise<KnownServer> | null;
  inFlight: number;
  /** Others are asked first until then. */
  restsUntil: number;
}

export interface Asking {
  readonly connection: Connection;
  /** Digest of this side's runner: another one would be another grader. */
  readonly runnerDigest: string;
  /** Places of a server that does not say how many it has. */
  readonly workers: number;
  readonly timeoutSeconds: number;
}

/** What a server is; asked once, and again after it was lost. */
export function know(server: Server, asking: Asking): Promise<KnownServer> {
  const known = server.known ?? ask(server, asking);
  server.known = known;
  known.catch(() => server.known === known && (server.known = null));
  return known;
}

async function ask({ address }: Server, asking: Asking): Promise<KnownServer> {
  const { connection, timeoutSeconds, workers } = asking;
  const call = { method: 'GET', url: `${address}/healthz`, timeoutSeconds, signal: never } as const;
  const reply = await exchange(connection, call);
  if (reply.status >= 500 || reply.status === 429) throw failureOf(connection, call, reply);
  const health = healthSchema.safeParse(parseJson(reply.text));
  if (!health.success) return { kind: { kind: 'plain' }, places: pLimit(workers) };
  const { runner, slots } = health.data;
  if (runner !== asking.runnerDigest) {
    throw new ConfigError(
      `The sandbox server ${address} grades with another version of the runner (${runner.slice(0, 23)}…, here ${asking.runnerDigest.slice(0, 23)}…).\nInstall the same version of bench on both sides.`,
    );
  }
  return { kind: { kind: 'typed', slots }, places: pLimit(Math.max(workers, slots)) };
}

const never = new AbortController().signal;

/** The environments of one of our servers. */
export async function askEnvironments(
  { address }: Server,
  { connection, timeoutSeconds }: Asking,
): Promise<EnvironmentsAnswer['environments']> {
  const call = { method: 'GET', url: `${address}/v1/environments`, timeoutSeconds, signal: never } as const;
  const reply = await exchange(connection, call);
  if (reply.status !== 200) throw failureOf(connection, call, reply);
  return environmentsSchema.parse(JSON.parse(reply.text)).environments;
}

/** The server with the least to do; one that just failed is asked when no other is left. */
export function pickServer(servers: readonly Server[]): Server {
  const now = performance.now();
  const rank = ({ restsUntil, inFlight }: Server): number => (restsUntil > now ? 1e6 : 0) + inFlight;
  const [first, ...others] = servers;
  if (first === undefined) throw new ConfigError('SANDBOX_URL names no server.');
  return others.reduce((best, server) => (rank(server) < rank(best) ? server : best), first);
}

/** Waits for one of a server's places; the wait ends at once when the signal aborts. */
export function inTurn<T>(places: LimitFunction, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    places(async () => {
      signal.throwIfAborted();
      return work();
    })
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', leave));
  });
}
