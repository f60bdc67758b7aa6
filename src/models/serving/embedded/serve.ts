import { parseArgs } from 'node:util';
import { openEngine } from './engine.ts';
import { createServer } from './server.ts';

/*
 * The process of the embedded engine, started as vLLM is: it listens when the model is loaded, and says in its last line
 * why it ended.
 */
const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: '' },
    weights: { type: 'string', default: '' },
    name: { type: 'string', default: '' },
    port: { type: 'string', default: '' },
    'context-size': { type: 'string' },
    threads: { type: 'string', default: '1' },
    cpu: { type: 'boolean', default: false },
  },
});

try {
  process.stderr.write(`Loading ${values.weights}\n`);
  const contextSize = values['context-size'];
  const engine = await openEngine({
    folder: values.engine,
    weights: values.weights,
    contextSize: contextSize === undefined ? null : Number(contextSize),
    threads: Number(values.threads),
    gpu: values.cpu ? false : 'auto',
  });
  const server = createServer(engine, values.name);
  await server.listen({ host: '127.0.0.1', port: Number(values.port) });
  process.stderr.write(`Started: ${engine.version}, ${engine.contextSize} tokens of context\n`);
  // Nobody needs the answers that are under way; their requests are made again.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
