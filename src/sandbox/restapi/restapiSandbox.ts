import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { SandboxError } from '../../core/errors.ts';
import type { RemoteAccess } from '../../core/run.ts';
import type { TestReport } from '../../core/testReport.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import { runnerDigest } from '../runner/runnerFolder.ts';
import { readAddresses } from './addresses.ts';
import { BusyServer, LostServer } from './http.ts';
import { gradePlain } from './plainGrade.ts';
import { askEnvironments, inTurn, know, pickServer, type Asking, type Server } from './servers.ts';
import { gradeTyped, type Question } from './typedGrade.ts';

export interface RestapiOptions {
  readonly remote?: RemoteAccess | undefined;
  /** SANDBOX_URL and the token are read from it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The defaults of `inference_pars`. */
const defaults: RemoteAccess = {
  tokenEnv: 'SANDBOX_TOKEN',
  workers: 1,
  maxRetries: 5,
  retryDelaySeconds: 15,
  timeoutSeconds: 20,
};

/** Candidates are graded by servers elsewhere: ours by its typed route, others by the original's. */
export function createRestapiSandbox({
  remote = defaults,
  environment = process.env,
}: RestapiOptions): Sandbox {
  const client = openClient(remote, environment);
  const closing = new AbortController();
  return {
    async check() {
      await Promise.all(
        client.servers.map(async (server) => {
          const { kind } = await know(server, await client.asking());
          if (kind.kind === 'typed') await askEnvironments(server, await client.asking());
        }),
      );
    },
    prepare: () => Promise.resolve(),
    async slots() {
      const asking = await client.asking();
      const known = await Promise.all(client.servers.map((server) => know(server, asking)));
      return known.reduce((sum, { places }) => sum + places.concurrency, 0);
    },
    async run(request, signal) {
      const asking = await client.asking();
      const key = randomUUID();
      return keepAsking(client.servers, {
        remote,
        signal: AbortSignal.any([signal, closing.signal]),
        ask: (server, either) =>
          askServer(server, asking, { address: server.address, request, key, signal: either }),
      });
    },
    async close() {
      closing.abort(new Error('the sandbox was closed'));
      await client.close();
    },
  };
}

interface Persistence {
  readonly remote: RemoteAccess;
  readonly signal: AbortSignal;
  readonly ask: (server: Server, signal: AbortSignal) => Promise<TestReport>;
}

/** Faults of servers are waited out, a bounded number of times; a busy server is waited for. */
async function keepAsking(
  servers: readonly Server[],
  { remote, signal, ask }: Persistence,
): Promise<TestReport> {
  for (let faults = 0; ;) {
    const server = pickServer(servers);
    try {
      return await ask(server, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SandboxError && error.retry)) throw error;
      const isBusy = error instanceof BusyServer;
      if (!isBusy) faults += 1;
      if (faults > remote.maxRetries) throw error;
      if (error instanceof LostServer) server.known = null;
      const seconds = (isBusy ? error.retryAfterSeconds : null) ?? remote.retryDelaySeconds;
      server.restsUntil = performance.now() + seconds * 1000;
    }
    await untilOneIsReady(servers, signal);
  }
}

async function untilOneIsReady(servers: readonly Server[], signal: AbortSignal): Promise<void> {
  const first = Math.min(...servers.map(({ restsUntil }) => restsUntil));
  const milliseconds = Math.max(0, first - performance.now());
  await sleep(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
}

async function askServer(server: Server, asking: Asking, question: Question): Promise<TestReport> {
  server.inFlight += 1;
  try {
    const { kind, places } = await know(server, asking);
    const grade = kind.kind === 'typed' ? gradeTyped : gradePlain;
    return await inTurn(places, question.signal, () => grade(asking, question));
  } finally {
    server.inFlight -= 1;
  }
}

/** The servers of SANDBOX_URL, and how they are asked. */
export interface RemoteClient {
  readonly servers: readonly Server[];
  readonly asking: () => Promise<Asking>;
  readonly close: () => Promise<void>;
}

/** Opens no connection yet. Throws ConfigError when SANDBOX_URL names no server. */
export function openClient(
  remote: RemoteAccess,
  environment: Readonly<Record<string, string | undefined>>,
): RemoteClient {
  const { tokenEnv, timeoutSeconds, workers } = remote;
  const servers = readAddresses(environment).map((address): Server => ({
    address,
    known: null,
    inFlight: 0,
    restsUntil: 0,
  }));
  const dispatcher = new Agent({
    connect: { timeout: timeoutSeconds * 1000 },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const token = environment[tokenEnv]?.trim() || null;
  const digest = runnerDigest();
  return {
    servers,
    asking: async () => ({
      connection: { dispatcher, token, tokenEnv },
      runnerDigest: await digest,
      workers,
      timeoutSeconds,
    }),
    close: () => dispatcher.destroy(),
  };
}
