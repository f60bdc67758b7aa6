import { connect } from 'node:net';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { listensOn } from './ports.ts';

const answerMilliseconds = 3_000;

/** Does this process answer gRPC on its port in time, with the namespace there? */
export async function isHealthy(
  server: { pid: number; port: number },
  milliseconds = answerMilliseconds,
): Promise<boolean> {
  try {
    await withConnection(server.port, milliseconds, (connection) =>
      connection.workflowService.describeNamespace({ namespace: 'default' }),
    );
    return await listensOn(server.pid, server.port);
  } catch {
    return false;
  }
}

/** Cheaper than a gRPC connection, which waits a second after each refusal. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Finished workflows stay in the Web UI for a week; the server's own default is a day. */
export async function keepHistoriesForAWeek(port: number): Promise<void> {
  await withConnection(port, answerMilliseconds, (connection) =>
    connection.workflowService.updateNamespace({
      namespace: 'default',
      config: { workflowExecutionRetentionTtl: msToTs('7 days') },
    }),
  );
}

async function withConnection<T>(
  port: number,
  milliseconds: number,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const address = `127.0.0.1:${port}`;
  const connection = await Connection.connect({ address, connectTimeout: milliseconds });
  try {
    return await connection.withDeadline(Date.now() + milliseconds, () => work(connection));
  } finally {
    await connection.close();
  }
}
