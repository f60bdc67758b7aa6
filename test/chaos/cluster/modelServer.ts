/** A model that knows every row, in a process of its own: its options are below. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../../src/config/loadConfig.ts';
import { resolveSuite } from '../../../src/config/resolveSuite.ts';
import { startMisbehavingServer } from '../../support/misbehavingServer.ts';
import { knowingModel } from '../answers.ts';

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: '' },
    address: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    /** Milliseconds before each answer. */
    delay: { type: 'string', default: '0' },
    /** Of requests, a line each. */
    log: { type: 'string', default: '' },
  },
});
const document = JSON.parse(await readFile(values.config, 'utf8')) as Record<string, unknown>;
const server = await startMisbehavingServer({
  answer: await knowingModel(resolveSuite(loadConfig({ document }))),
  address: values.address,
  port: Number(values.port),
  delayMilliseconds: Number(values.delay),
  logFile: values.log,
});
process.stdout.write(`answers at ${server.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.stop());
