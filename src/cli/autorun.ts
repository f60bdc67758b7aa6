import type { EmbeddedMember } from '../config/embeddedModel.ts';
import type { LoadedConfig } from '../config/loadConfig.ts';
import { ConfigError } from '../core/errors.ts';
import type { KeptServers } from '../models/serving/index.ts';
import { configFromOptions, type ConfigOptions } from './configOptions.ts';
import { Interrupted } from './failure.ts';
import { tell } from './session.ts';
import { startServersFor, type Started, type Starting } from './servingOptions.ts';

/**
 * Starts the model servers that a run needs (vLLM's with `--autorun`, those of the embedded engine by themselves),
 * watches them, and stops them with everything they started however the run ends. The work gets the options with the
 * servers' addresses.
 */
export async function withServers(
  options: ConfigOptions,
  work: (options: ConfigOptions, servers: KeptServers | null) => Promise<void>,
): Promise<void> {
  const config = await configFromOptions(options);
  const { embeddedMembers } = await import('../config/embeddedModel.ts');
  const embedded = embeddedMembers(config);
  const vllm = options.autorun === true && (embedded.length === 0 || asksVllm(config));
  if (!vllm && embedded.length === 0) return work(options, null);
  const started = await startUnlessSmoke(config, options, { vllm, embedded });
  if (started === null) return work(withSet(options, ['suite.smoke=false']), null);
  const { keepServers } = await import('../models/serving/index.ts');
  const servers = keepServers(started.records, started.options);
  try {
    await work(withAddresses(options, embedded, started), servers);
  } finally {
    await servers.stop();
  }
}

/** Null when a smoke row is all that the servers were for, and they cannot be had: the other rows go on without. */
async function startUnlessSmoke(
  config: LoadedConfig,
  options: ConfigOptions,
  wanted: Pick<Starting, 'vllm' | 'embedded'>,
): Promise<Started | null> {
  const stopping = new AbortController();
  const interrupt = (): void =>
    stopping.abort(new Interrupted('Stopped: the servers that were loading are ended.'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await startServersFor(config, options, { ...wanted, owned: true, signal: stopping.signal });
  } catch (error) {
    const spare = !wanted.vllm && wanted.embedded.every(({ smoke }) => smoke);
    if (!spare || !(error instanceof ConfigError)) throw error;
    const [why = ''] = error.message.split('\n');
    tell(`The smoke row is left out: ${why}`);
    return null;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function asksVllm({ values: { inference, suite } }: LoadedConfig): boolean {
  return (suite.models ?? [{}]).some((entry) => (entry.provider ?? inference.provider) === 'vllm');
}

function withAddresses(
  options: ConfigOptions,
  embedded: readonly EmbeddedMember[],
  { records }: Started,
): ConfigOptions {
  const vllm = records.filter(({ engine }) => engine === 'vllm').map(({ port }) => port);
  const addresses = embedded.flatMap(({ addressKey, model }) => {
    const server = records.find(({ engine, models }) => engine === 'embedded' && models.includes(model));
    return server === undefined ? [] : [`${addressKey}=http://127.0.0.1:${server.port}/v1`];
  });
  return withSet(vllm.length === 0 ? options : { ...options, ports: vllm }, addresses);
}

function withSet(options: ConfigOptions, more: readonly string[]): ConfigOptions {
  return { ...options, set: [...(options.set ?? []), ...more] };
}
