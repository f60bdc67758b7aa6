import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { versionQueue } from '../../workflows/workflowIds.ts';
import { ConfigError } from '../core/errors.ts';
import { sandboxQueue, type Role } from '../core/flow/queues.ts';
import { benchHome } from '../../setup/home.js';
import { pollersOf, workersOf } from '../temporal/pollers.ts';
import { tell, type Session } from './session.ts';

/**
 * Somebody must be there for each of these roles. Where nobody is at all, on the embedded server, we may start a worker;
 * elsewhere that is its owner's decision. Throws ConfigError.
 */
export async function needWorkers({ server, client }: Session, needed: readonly Role[]): Promise<void> {
  const missing = await missingRoles(client, needed);
  if (missing.length === 0) return;
  if (server.embedded && missing.length === needed.length) return startInBackground(client, needed);
  const found = needed.filter((role) => !missing.includes(role));
  throw new ConfigError(
    `Expected workers at ${server.address} for ${needed.join(', ')}, found ${found.join(', ') || 'none'}: ` +
      `start one with \`bench worker --roles ${missing.join(',')}\`, then submit again.` +
      (missing.includes('sandbox')
        ? '\nA host without a sandbox that works does not count: it says why when it starts.'
        : '') +
      (missing.includes('workflow') && (await workersOf(client, 'workflow')).length > 0
        ? `\nWorkers for workflow are there, but of another version than this command: upgrade them, or use their version.`
        : ''),
  );
}

/** Workers of a role that polls these are of our version, or have a sandbox that works. */
const queues = { workflow: versionQueue, sandbox: sandboxQueue } as const;

async function missingRoles(client: Client, needed: readonly Role[]): Promise<Role[]> {
  const looked = await Promise.all(
    needed.map(async (role) => {
      const there = role === 'model' ? await workersOf(client, role) : await pollersOf(client, queues[role]);
      return there.length === 0 ? [role] : [];
    }),
  );
  return looked.flat();
}

async function startInBackground(client: Client, needed: readonly Role[]): Promise<void> {
  const folder = join(benchHome(), 'logs');
  await mkdir(folder, { recursive: true });
  const log = join(folder, 'background-worker.log');
  const file = openSync(log, 'a');
  const argv = [process.argv[1] ?? '', 'worker', '--keep', '--idle-exit', '600'];
  const child = spawn(process.execPath, argv, { detached: true, stdio: ['ignore', file, file] });
  child.unref();
  tell(
    `A worker was started in the background (process ${child.pid}, log ${log}); it ends after ten idle minutes.`,
  );
  for (let waited = 0; waited < 120; waited += 1) {
    if ((await missingRoles(client, needed)).length === 0) return;
    if (child.exitCode !== null) break;
    await sleep(500);
  }
  throw new ConfigError(
    `The background worker did not start, or its host has no sandbox that works: see ${log}, or run \`bench worker\` to look.`,
  );
}
