import { isSameProcess } from '../../../setup/processIdentity.js';
import { membersOf } from './processTree.ts';
import { nameOf, readServerRecords, removeServerRecord, type ServerRecord } from './serverRecords.ts';
import { stopServers } from './startServers.ts';

/** Servers that still have a process, those that only have orphans among them. */
export async function runningServers(): Promise<ServerRecord[]> {
  const records = await readServerRecords();
  const looks = records.map(async (record) => ({ record, members: await membersOf(record.leader) }));
  const found = await Promise.all(looks);
  await Promise.all(
    found.filter(({ members }) => members.length === 0).map(({ record }) => removeServerRecord(record)),
  );
  return found.filter(({ members }) => members.length > 0).map(({ record }) => record);
}

/** Stops what commands that were killed left behind: servers whose owner or whose first process is gone. */
export async function sweepServers(say: (line: string) => void): Promise<void> {
  const left = (await runningServers()).filter(
    ({ owner, leader }) => (owner !== null && !isSameProcess(owner)) || !isSameProcess(leader),
  );
  if (left.length === 0) return;
  const ports = left.map((record) => `${nameOf(record)} on port ${record.port}`);
  say(`Stopping what a killed command left: ${ports.join(', ')}`);
  await stopServers(left);
}

/** Stops what this process has started, where it ends without unwinding. */
export async function stopOwnServers(): Promise<void> {
  const own = (await runningServers()).filter(({ owner }) => owner?.pid === process.pid);
  await stopServers(own);
}
