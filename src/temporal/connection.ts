import { Client, Connection } from '@temporalio/client';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import { ConfigError } from '../core/errors.ts';
import { devServerStatus, startDevServer } from './devServer.ts';
import { profileName, readServerProfile } from './serverProfile.ts';
import { serverFault } from './serverFault.ts';
import { whyUnreachable } from './whyUnreachable.ts';

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
  const profile = readServerProfile();
  const address = wanted.address ?? profile.connectionOptions.address ?? null;
  const namespace = wanted.namespace ?? profile.namespace ?? 'default';
  if (address !== null) return { address, namespace, uiUrl: null, embedded: false };
  refuseEmptyProfile();
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

/** Whoever names a profile wants its server, not the embedded one. */
function refuseEmptyProfile(): void {
  const name = profileName();
  if (name === null) return;
  throw new ConfigError(
    `Expected an address in the profile ${name} of temporal.toml, found none: add address = "HOST:PORT", or unset TEMPORAL_PROFILE.`,
  );
}

/** A client of the server; the caller closes `client.connection`. */
export async function connectClient(server: Server): Promise<Client> {
  const options = optionsFor(server);
  try {
    const connection = await Connection.connect({ ...options, connectTimeout: '5 seconds' });
    return new Client({ connection, namespace: server.namespace });
  } catch (error) {
    throw await unreachable(server, options, error);
  }
}

/** A worker's connection to the server; the caller closes it. */
export async function connectWorker(server: Server): Promise<NativeConnection> {
  const options = optionsFor(server);
  try {
    // Between processes of one machine compression costs both more than it spares (`npm run benchmark:serving`).
    const local = server.embedded ? { grpcCompression: { codec: 'none' as const } } : {};
    return await NativeConnection.connect({ ...options, ...local });
  } catch (error) {
    throw await unreachable(server, options, error);
  }
}

/** Certificates and keys are for the profile's server; the embedded one knows neither. */
function optionsFor({ address, embedded }: Server): NativeConnectionOptions {
  return { ...(!embedded && readServerProfile().connectionOptions), address };
}

async function unreachable(
  server: Server,
  { tls }: NativeConnectionOptions,
  cause: unknown,
): Promise<ConfigError> {
  const why = await whyUnreachable(server.address, tls === true ? {} : tls || null);
  if (why !== null) return new ConfigError(`Temporal at ${server.address}: ${why}`, { cause });
  const words = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
  return (
    serverFault(server, cause) ??
    new ConfigError(`Temporal at ${server.address} answers, and not as it should: ${words}.`, { cause })
  );
}
