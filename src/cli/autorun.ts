import type { KeptServers } from '../models/serving/index.ts';
import { configFromOptions, type ConfigOptions } from './configOptions.ts';
import { Interrupted } from './failure.ts';
import { startServersFor } from './servingOptions.ts';

/**
 * With `--autorun`, starts the vLLM servers that a run needs, watches them, and stops them with everything they started
 * however the run ends. The work gets the options with the servers' ports.
 */
export async function withServers(
  options: ConfigOptions,
  work: (options: ConfigOptions, servers: KeptServers | null) => Promise<void>,
): Promise<void> {
  if (options.autorun !== true) return work(options, null);
  const stopping = new AbortController();
  const interrupt = (): void =>
    stopping.abort(new Interrupted('Stopped: the servers that were loading are ended.'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const config = await configFromOptions(options);
  const started = await startServersFor(config, options, { owned: true, signal: stopping.signal });
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  const { keepServers } = await import('../models/serving/index.ts');
  const servers = keepServers(started.records, started.options);
  try {
    await work({ ...options, ports: started.records.map(({ port }) => port) }, servers);
  } finally {
    await servers.stop();
  }
}
