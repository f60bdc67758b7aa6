import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { ConfigError } from '../core/errors.ts';
import { devServerStatus, startDevServer } from './devServer.ts';

/** A Temporal server that answers, and how it was found. */
export interface Server {
  readonly address: string;
  readonly namespace: string;
  /** Null where nobody told us of one. */
  readonly uiUrl: string | null;
  /** The server of this BENCH_HOME, which we start and stop ourselves. */
  readonly embedded: boolean;
}

export interface Wanted {
  /** From the config or a flag; null = a profile of temporal.toml or the embedded server. */
  readonly address: string | null;
  readonly namespace: string | null;
  /** Start the embedded server when nothing answers. */
  readonly start: boolean;
}

/** Finds the server: the config's address, else the profile of temporal.toml or TEMPORAL_*, else the embedded one. */
export async function findServer(wanted: Wanted): Promise<Server> {
  const profile = loadClientConnectConfig();
  const address = wanted.address ?? profile.connectionOptions.address ?? null;
  const namespace = wanted.namespace ?? profile.namespace ?? 'default';
  if (address !== null) return { address, namespace, uiUrl: null, embedded: false };
  if (wanted.start) {
    const server = await startDevServer();
    return { address: server.address, namespace, uiUrl: server.uiUrl, embedded: true };
  }
  const status = await devServerStatus();
  if (status.state !== 'running') {
    throw new ConfigError(
      'No Temporal server answers. Start the embedded one with `bench server start`,\n' +
        'or name yours: temporal.address in the config, TEMPORAL_ADDRESS, or a profile in temporal.toml.',
    );
  }
  return { address: status.server.address, namespace, uiUrl: status.server.uiUrl, embedded: true };
}

/** A client of the server; the caller closes `client.connection`. */
export async function connectClient(server: Server): Promise<Client> {
  const options = loadClientConnectConfig().connectionOptions;
  try {
    const connection = await Connection.connect({
      ...options,
      address: server.address,
      connectTimeout: '5 seconds',
    });
    return new Client({ connection, namespace: server.namespace });
  } catch (error) {
    throw unreachable(server, error);
  }
}

/** A worker's connection to the server; the caller closes it. */
export async function connectWorker(server: Server): Promise<NativeConnection> {
  const options = loadClientConnectConfig().connectionOptions;
  try {
    // Between processes of one machine compression costs both more than it spares (`npm run benchmark:serving`).
    const local = server.embedded ? { grpcCompression: { codec: 'none' as const } } : {};
    return await NativeConnection.connect({ ...options, ...local, address: server.address });
  } catch (error) {
    throw unreachable(server, error);
  }
}

function unreachable({ address }: Server, cause: unknown): ConfigError {
  return new ConfigError(
    `No Temporal server answers at ${address}: start it, or correct temporal.address (TEMPORAL_ADDRESS).`,
    { cause },
  );
}
