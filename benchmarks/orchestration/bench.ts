import type { Client } from '@temporalio/client';
import type { Server } from '../../src/temporal/connection.ts';
import { processorSecondsOf } from '../processes.ts';

/** What every measurement needs. */
export interface Bench {
  readonly server: Server;
  readonly serverPid: number;
  readonly client: Client;
  /** Temporary; removed at the end. */
  readonly folder: string;
}

export interface Load {
  /** Makes names of workflows and runs unique. */
  readonly name: string;
  readonly items: number;
  readonly turns: number;
  readonly inFlight: number;
}

/** What one turn cost, in milliseconds. */
export interface Cost {
  readonly wall: number;
  /** Processor time of this process: the worker and its client. */
  readonly worker: number;
  /** Processor time of the Temporal server. */
  readonly server: number;
}

/** Runs the work and divides what it took by the number of turns. */
export async function costPerTurn(
  { serverPid }: Bench,
  load: Load,
  work: () => Promise<void>,
): Promise<Cost> {
  const started = performance.now();
  const worker = process.cpuUsage();
  const server = await processorSecondsOf([serverPid]);
  await work();
  const turns = load.items * load.turns;
  const { user, system } = process.cpuUsage(worker);
  return {
    wall: (performance.now() - started) / turns,
    worker: (user + system) / 1000 / turns,
    server: (1000 * ((await processorSecondsOf([serverPid])) - server)) / turns,
  };
}
