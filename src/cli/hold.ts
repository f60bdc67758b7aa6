import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { Command } from 'commander';
import { pause, setConcurrency, unpause } from '../../workflows/messages.ts';
import { runId, suiteId } from '../../workflows/workflowIds.ts';
import { ConfigError } from '../core/errors.ts';
import { runsOfSuite } from '../temporal/followSuite.ts';
import { toInteger } from './numbers.ts';
import { tell, withSession } from './session.ts';

/** `bench pause NAME`: holds a run, or all runs of a suite, at their next turn boundary. */
export function pauseCommand(): Command {
  return new Command('pause')
    .description('Hold a run, or all runs of a suite, at the next turn of each item.')
    .argument('<name>', 'name of a run or suite, as `bench status` prints it')
    .action((name: string) => signalRuns(name, 'pause'));
}

/** `bench unpause NAME`: lets it go on. */
export function unpauseCommand(): Command {
  return new Command('unpause')
    .description('Let a paused run or suite go on.')
    .argument('<name>', 'name of a run or suite')
    .action((name: string) => signalRuns(name, 'unpause'));
}

/** `bench cancel NAME`: ends a run or suite; what is finished stays, and submitting again resumes it. */
export function cancelCommand(): Command {
  return new Command('cancel')
    .description('End a run or suite. Finished items stay; submitting again resumes it.')
    .argument('<name>', 'name of a run or suite')
    .action(cancel);
}

/** `bench concurrency NAME N`: items and requests in flight, from now on. */
export function concurrencyCommand(): Command {
  return new Command('concurrency')
    .description('Change how many items and requests an open run, or each run of a suite, has in flight.')
    .argument('<name>', 'name of a run or suite')
    .argument('<n>', 'at most so many (inference.batch_size)', toInteger)
    .action(limit);
}

async function limit(name: string, most: number): Promise<void> {
  if (most < 1) throw new ConfigError(`Expected a whole number of at least 1, found ${most}.`);
  await withSession({ start: false }, async ({ client }) => {
    for (const run of await openRuns(client, name)) {
      await client.workflow.getHandle(runId(run)).executeUpdate(setConcurrency, { args: [most] });
      tell(`bench/${run}: at most ${most} in flight from now on`);
    }
  });
}

async function signalRuns(name: string, word: 'pause' | 'unpause'): Promise<void> {
  await withSession({ start: false }, async ({ client }) => {
    for (const run of await openRuns(client, name)) {
      await client.workflow.getHandle(runId(run)).signal(word === 'pause' ? pause : unpause);
      tell(`bench/${run}: ${word === 'pause' ? 'paused at the next turn of each item' : 'goes on'}`);
    }
  });
}

async function cancel(name: string): Promise<void> {
  await withSession({ start: false }, async ({ client }) => {
    for (const workflowId of [suiteId(name), runId(name)]) {
      if (!(await isOpen(client, workflowId))) continue;
      await client.workflow.getHandle(workflowId).cancel();
      return tell(
        `${workflowId}: cancelled; finished items stay, and submitting again goes on with the others.`,
      );
    }
    throw nothingOpen(name);
  });
}

async function openRuns(client: Client, name: string): Promise<string[]> {
  if (await isOpen(client, runId(name))) return [name];
  if (!(await isOpen(client, suiteId(name)))) throw nothingOpen(name);
  const planned = await runsOfSuite(client, name);
  const open: string[] = [];
  for (const { run } of planned?.runs ?? []) if (await isOpen(client, runId(run))) open.push(run);
  return open;
}

async function isOpen(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function nothingOpen(name: string): ConfigError {
  return new ConfigError(`No open run or suite is called ${name}: \`bench status\` lists the open ones.`);
}
