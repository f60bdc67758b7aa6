import { fetch } from 'undici';
import { z } from 'zod';
import { ask } from '../../setup/runCommand.js';
import type { ServerFacts } from '../ports/model.ts';
import { isNearHost } from './address.ts';
import type { CheckInput } from './checkAddress.ts';
import { sendOnce } from './httpClient.ts';
import { readServerRecords } from './serving/serverRecords.ts';

const timeoutSeconds = 10;
const versionSchema = z.object({ version: z.string() });
const listSchema = z.object({ data: z.array(z.looseObject({ id: z.string() })) });

/** What a server says of itself, as far as it does: a run's record names it, nothing depends on it. */
export async function describeServer(input: CheckInput): Promise<ServerFacts> {
  const [version, model, startedAs] = await Promise.all([
    versionOf(input),
    entryOf(input),
    startedBy(input.address.baseUrl),
  ]);
  return { address: input.address.shown, version, model, startedAs };
}

/** vLLM's way; services far away are not asked what they do not have. */
async function versionOf({ address, dispatcher, signal }: CheckInput): Promise<string | null> {
  const url = new URL('/version', address.baseUrl);
  if (!isNearHost(url.hostname)) return null;
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
    const response = await fetch(url, { dispatcher, signal: limit });
    return versionSchema.parse(await response.json()).version;
  } catch {
    return null;
  }
}

/** Times and permissions change with every start, and say nothing. */
async function entryOf({ address, dispatcher, signal, model }: CheckInput): Promise<Record<string, unknown>> {
  try {
    const { text } = await sendOnce({
      dispatcher,
      address,
      signal,
      timeoutSeconds,
      method: 'get',
      path: '/models',
    });
    const found = listSchema.parse(JSON.parse(text)).data.find(({ id }) => id === model);
    const { created: _, permission: __, ...said } = found ?? { id: model };
    return said;
  } catch {
    return {};
  }
}

async function startedBy(baseUrl: string): Promise<ServerFacts['startedAs']> {
  const { hostname, port } = new URL(baseUrl);
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') return null;
  const record = (await readServerRecords()).find((one) => one.port === Number(port));
  if (record === undefined) return null;
  return {
    argv: withoutSecrets(record.argv),
    gpus: record.engine === 'vllm' ? await gpusOf(record.gpuIds) : [],
  };
}

/** A key that somebody wrote among vLLM's flags does not get into a run's folder. */
function withoutSecrets(argv: readonly string[]): string[] {
  return argv.map((word, index) => (/key|token$/i.test(argv[index - 1] ?? '') ? '***' : word));
}

/** Name and driver of the GPUs; empty without NVIDIA's driver. */
async function gpusOf(ids: readonly string[]): Promise<string[]> {
  const which = ids.length === 0 ? [] : [`--id=${ids.join(',')}`];
  const query = ['--query-gpu=name,driver_version', '--format=csv,noheader'];
  const { code, stdout } = await ask('nvidia-smi', [...which, ...query]);
  return code === 0 ? stdout.trim().split('\n') : [];
}
