/** A worker process of its own that runs no candidate: `TEMPORAL_ADDRESS=… node worker.ts`, until SIGTERM. */
import { once } from 'node:events';
import { DefaultLogger } from '@temporalio/worker';
import { connectClient, findServer } from '../../src/temporal/connection.ts';
import { installLogger, startWorker } from '../../src/temporal/worker.ts';
import { instantPorts } from '../orchestration/instantPorts.ts';

const logger = new DefaultLogger('ERROR');
installLogger(logger);
const server = await findServer({ address: null, namespace: null, start: false });
const client = await connectClient(server);
const worker = await startWorker({ server, client, logger, ports: await instantPorts(), graceSeconds: 0 });
await Promise.race([once(process, 'SIGTERM'), worker.finished]);
await worker.stop();
await client.connection.close();
