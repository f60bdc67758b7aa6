import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { ConfigError } from '../../core/errors.ts';
import type { Adapter } from './adapters.ts';
import { gpuGroups, type VllmPlan } from './vllmCommand.ts';

export interface Serving {
  /** A hub id or a folder. */
  readonly weights: string;
  /** The name it is asked by. */
  readonly name: string;
  readonly adapters: readonly Adapter[];
  /** Empty: one server, and vLLM chooses. */
  readonly gpuIds: readonly string[];
  /** Null: the first free ones from 3117 on. */
  readonly basePort: number | null;
  readonly vllmArguments: Readonly<Record<string, unknown>>;
  readonly generationConfig: 'vllm' | 'auto';
}

const defaultBasePort = 3117;

/** One server per GPU, or per group of GPUs. Throws ConfigError for GPUs that are not there and ports that are taken. */
export async function planServers(serving: Serving): Promise<VllmPlan[]> {
  const { weights, name, adapters, gpuIds, vllmArguments, generationConfig } = serving;
  await refuseMissingGpus(gpuIds);
  const groups = gpuIds.length === 0 ? [[]] : gpuGroups(gpuIds, vllmArguments);
  if (groups.length === 0) {
    throw new ConfigError(
      `--gpu_ids names ${gpuIds.length} GPUs, fewer than one server needs (tensor_parallel_size, pipeline_parallel_size).`,
    );
  }
  const ports = await choosePorts(groups.length, serving.basePort);
  return groups.map((group, index) => ({
    kind: 'vllm',
    model: weights,
    servedName: name,
    adapters,
    port: ports[index] ?? 0,
    gpuIds: group,
    generationConfig,
    vllmArguments,
  }));
}

/**
 * Ports for servers, beside the `used` ones. A stranger's port is the stranger's: an asked-for one that is taken is an
 * error, others are passed over.
 */
export async function choosePorts(
  count: number,
  basePort: number | null,
  used: readonly number[] = [],
): Promise<number[]> {
  const ports: number[] = [];
  const first = basePort ?? defaultBasePort;
  for (let port = first; ports.length < count; port += 1) {
    if (port > 65_535) throw new ConfigError(`There are not ${count} free ports from ${first} on.`);
    if (used.includes(port)) continue;
    if (await isFree(port)) ports.push(port);
    else if (basePort !== null) {
      throw new ConfigError(
        `Port ${port} is taken by another program, which is left alone.\nChoose another --base_port; \`bench kill-vllm\` stops servers of ours.`,
      );
    }
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Where `nvidia-smi` is; elsewhere vLLM itself says what it does not find. */
async function refuseMissingGpus(gpuIds: readonly string[]): Promise<void> {
  const there = await listGpus();
  if (there === null) return;
  const missing = gpuIds.filter((id) => !there.includes(id));
  if (missing.length === 0) return;
  throw new ConfigError(
    `--gpu_ids: there is no GPU ${missing.join(', ')}; nvidia-smi shows ${there.filter((id) => /^\d+$/.test(id)).join(', ') || 'none'}.`,
  );
}

/** Indexes and UUIDs; null without a driver. */
async function listGpus(): Promise<string[] | null> {
  try {
    const query = ['--query-gpu=index,uuid', '--format=csv,noheader'];
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 20_000 });
    return stdout.split(/[\n,]/).map((cell) => cell.trim());
  } catch {
    return null;
  }
}
