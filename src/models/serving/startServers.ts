import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { startTimeOf } from '../../../setup/processIdentity.js';
import { ConfigError } from '../../core/errors.ts';
import { explainDeath, readLog } from './serverLog.ts';
import {
  nameOf,
  removeServerRecord,
  servingFolder,
  writeServerRecord,
  type ServerRecord,
} from './serverRecords.ts';
import { stopTree } from './processTree.ts';
import { commandsOf, type ServerPlan } from './serverPlans.ts';
import { waitUntilReady } from './waitUntilReady.ts';

export interface StartOptions {
  readonly waitSeconds: number;
  /** Folder of the logs; null = BENCH_HOME/serving. */
  readonly logFolder: string | null;
  readonly verbose: boolean;
  /** Servers are stopped by the next command when this process is gone; false: they stay until `bench kill-vllm`. */
  readonly owned: boolean;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** How long a server may take to end by itself: it lets requests finish and gives its GPU back. */
const stopGraceSeconds = 15;

/** Starts all servers side by side and answers when each is ready; when one fails, all are stopped again. */
export async function startServers(
  plans: readonly ServerPlan[],
  options: StartOptions,
): Promise<ServerRecord[]> {
  const commands = await commandsOf(plans);
  const records = commands.map(({ plan, argv }) => launch(plan, argv, options));
  try {
    await Promise.all(records.map((record) => waitForServer(record, options)));
    return records;
  } catch (error) {
    await stopServers(records);
    throw error;
  }
}

/** Starts a server that died again, on its own port, with the same arguments; `waitForServer` says when it answers. */
export async function respawnServer(record: ServerRecord, options: StartOptions): Promise<ServerRecord> {
  options.say(
    `The ${nameOf(record)} server on port ${record.port} ended: ${explainDeath(await readLog(record.log))}`,
  );
  await stopServers([record]);
  const [file = '', ...args] = record.argv;
  const spawned = spawnServer({
    file,
    args,
    log: record.log.replace(/(\.again)?$/, '.again'),
    gpuIds: record.gpuIds,
  });
  const fresh = { ...record, ...spawned, owner: ownerOf(options), startedAt: new Date().toISOString() };
  writeServerRecord(fresh);
  return fresh;
}

/** Stops servers with everything that they started. Throws ConfigError when the system does not let one end. */
export async function stopServers(records: readonly ServerRecord[]): Promise<number> {
  const outcomes = await Promise.all(
    records.map(async (record) => {
      const { left, killed } = await stopTree(record.leader, stopGraceSeconds);
      if (left.length === 0) await removeServerRecord(record);
      return { record, left, killed };
    }),
  );
  const stuck = outcomes.filter(({ left }) => left.length > 0);
  if (stuck.length > 0) {
    const said = stuck.map(({ record, left }) => `port ${record.port}: processes ${left.join(', ')}`);
    throw new ConfigError(
      `These processes of model servers do not end, not even by SIGKILL: ${said.join('; ')}.`,
    );
  }
  return outcomes.length;
}

function launch(plan: ServerPlan, argv: readonly string[], options: StartOptions): ServerRecord {
  const folder = options.logFolder ?? servingFolder();
  mkdirSync(folder, { recursive: true });
  const log = join(folder, `${plan.kind}-${plan.port}.log`);
  const [file = '', ...args] = argv;
  const gpuIds = plan.kind === 'vllm' ? plan.gpuIds : [];
  const adapters = plan.kind === 'vllm' ? plan.adapters : [];
  const { leader } = spawnServer({ file, args, log, gpuIds });
  const record: ServerRecord = {
    schema: 1,
    engine: plan.kind,
    leader,
    owner: ownerOf(options),
    port: plan.port,
    gpuIds: [...gpuIds],
    argv: [...argv],
    models: [plan.servedName, ...adapters.map(({ name }) => name)],
    log,
    startedAt: new Date().toISOString(),
  };
  writeServerRecord(record);
  const gpus = gpuIds.length > 0 ? ` on GPU ${gpuIds.join(', ')}` : '';
  options.say(
    `Starting ${plan.kind === 'vllm' ? 'vLLM' : 'the embedded engine'} for ${record.models.join(', ')}${gpus}, port ${plan.port}; log: ${log}`,
  );
  if (options.verbose) options.say(`  ${record.argv.join(' ')}`);
  return record;
}

function ownerOf({ owned }: StartOptions): ServerRecord['owner'] {
  return owned ? { pid: process.pid, startTime: startTimeOf(process.pid) ?? '' } : null;
}

interface Spawning {
  readonly file: string;
  readonly args: readonly string[];
  readonly log: string;
  readonly gpuIds: readonly string[];
}

/** In a session and group of its own: Ctrl-C is ours to pass on, and its whole tree can be found again. */
function spawnServer({ file, args, log, gpuIds }: Spawning): Pick<ServerRecord, 'leader' | 'log'> {
  const output = openSync(log, 'w');
  try {
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...process.env, ...(gpuIds.length > 0 && { CUDA_VISIBLE_DEVICES: gpuIds.join(',') }) },
    });
    child.on('error', () => undefined);
    child.unref();
    const startTime = child.pid === undefined ? null : startTimeOf(child.pid);
    if (child.pid === undefined) throw new ConfigError(`Cannot start ${file}: is it executable?`);
    return { leader: { pid: child.pid, startTime: startTime ?? 'gone' }, log };
  } finally {
    closeSync(output);
  }
}

/** Waits until a server answers; throws ConfigError with its log's words when it dies or takes too long. */
export function waitForServer(record: ServerRecord, options: StartOptions): Promise<void> {
  const { port, models, log, leader } = record;
  const what = `${nameOf(record)} server`;
  const { waitSeconds, signal, say } = options;
  const isAlive = (): boolean => startTimeOf(leader.pid) === leader.startTime;
  return waitUntilReady({ what, port, models, log, waitSeconds, signal, isAlive, say });
}
