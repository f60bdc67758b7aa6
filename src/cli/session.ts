import type { Client } from '@temporalio/client';
import { connectClient, findServer, type Server } from '../temporal/connection.ts';
import { serverFault } from '../temporal/serverFault.ts';
import { BenchError } from '../core/errors.ts';
import { sweepServers } from '../models/serving/index.ts';
import type { LoadedConfig } from '../config/loadConfig.ts';

/** A connected client and the server it talks to. */
export interface Session {
  readonly server: Server;
  readonly client: Client;
}

/** Connects, does the work, and closes the connection whatever happens. */
export async function withSession<T>(
  wanted: { readonly config?: LoadedConfig; readonly start: boolean },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  await sweepServers(tell);
  const temporal = wanted.config?.values.temporal;
  const server = await findServer({
    address: temporal?.address ?? null,
    namespace: temporal?.namespace ?? null,
    start: wanted.start,
  });
  const client = await connectClient(server);
  try {
    return await work({ server, client });
  } catch (error) {
    throw (error instanceof BenchError ? null : serverFault(server, error)) ?? error;
  } finally {
    await client.connection.close();
  }
}

/** A line for people; stdout is for data. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** What was found out when a suite was planned, beside what its configuration had said already. */
export function tellNews(before: readonly string[], planned: readonly string[]): void {
  for (const notice of planned) {
    if (!before.includes(notice)) tell(notice);
  }
}

/** Where a workflow can be looked at. */
export function uiLink({ server }: Session, workflowId: string): string | null {
  if (server.uiUrl === null) return null;
  return `${server.uiUrl}/namespaces/${server.namespace}/workflows/${encodeURIComponent(workflowId)}`;
}
