import { isGrpcServiceError, type Client } from '@temporalio/client';
import { versionQueue } from '../../workflows/workflowIds.ts';
import { ConfigError } from '../core/errors.ts';
import { roles, type Role } from '../core/flow/queues.ts';
import { connectClient, findServer, type Server, type Wanted } from './connection.ts';
import { pollersOf, presenceOf, withoutStart } from './pollers.ts';

/** One thing that a shared server must have for us. */
export interface ClusterCheck {
  readonly name: string;
  readonly works: boolean;
  readonly detail: string;
  readonly hint?: string;
}

const secondsOfADay = 24 * 3600;

/** What a server that stays must have: an address, a namespace, a list of workflows, workers. Throws ConfigError. */
export async function checkCluster(wanted: Wanted): Promise<readonly ClusterCheck[]> {
  const server = await findServer(wanted);
  const client = await connectClient(server);
  try {
    const steps = [checkServer, checkNamespace, checkList, checkWorkers];
    const found: ClusterCheck[] = [];
    for (const step of steps) {
      const check = await step(client, server);
      found.push(check);
      // Without a server or a namespace the rest says the same again.
      if (!check.works && step !== checkList) break;
    }
    return found;
  } finally {
    await client.connection.close();
  }
}

async function checkServer(client: Client, { address }: Server): Promise<ClusterCheck> {
  const name = 'Temporal server';
  try {
    const { serverVersion } = await client.workflowService.getSystemInfo({});
    return { name, works: true, detail: `${address}, version ${serverVersion || 'unknown'}` };
  } catch (error) {
    const hint =
      'Is it the right address, and do certificate and API key of the profile in temporal.toml hold?';
    return { name, works: false, detail: wordsOf(error), hint };
  }
}

async function checkNamespace(client: Client, { namespace }: Server): Promise<ClusterCheck> {
  const name = `namespace ${namespace}`;
  try {
    const { config } = await client.workflowService.describeNamespace({ namespace });
    const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / secondsOfADay;
    return {
      name,
      works: true,
      detail: `finished workflows stay in it for ${Math.round(days * 10) / 10} days`,
    };
  } catch (error) {
    const hint = `temporal operator namespace create --namespace ${namespace} --retention 30d`;
    return { name, works: false, detail: wordsOf(error), hint };
  }
}

async function checkList(client: Client): Promise<ClusterCheck> {
  const name = 'list of workflows';
  try {
    const { count } = await client.workflow.count(
      "WorkflowType = 'benchRun' AND ExecutionStatus = 'Running'",
    );
    return { name, works: true, detail: `${count} runs are open` };
  } catch (error) {
    const hint =
      'Workers look there for open runs: the server needs a visibility store, as it has by default.';
    return { name, works: false, detail: wordsOf(error), hint };
  }
}

async function checkWorkers(client: Client): Promise<ClusterCheck> {
  const [presence, ours] = await Promise.all([presenceOf(client), pollersOf(client, versionQueue)]);
  const there = { ...presence, workflow: presence.workflow.filter((identity) => ours.includes(identity)) };
  const others = presence.workflow.filter((identity) => !ours.includes(identity));
  const missing = roles.filter((role) => there[role].length === 0);
  const detail = roles
    .map((role) => `${role}${role === 'workflow' ? ` (${versionQueue})` : ''}: ${namesOf(there[role])}`)
    .concat(others.length === 0 ? [] : [`workflow of other versions: ${namesOf(others)}`])
    .join('; ');
  const works = missing.length === 0;
  return { name: 'workers', works, detail, ...(!works && { hint: adviceFor(missing, others) }) };
}

function adviceFor(missing: readonly Role[], others: readonly string[]): string {
  const start = `Start one: bench worker --roles ${missing.join(',')}.`;
  if (!missing.includes('workflow') || others.length === 0) return start;
  return (
    `${start} The workers for workflow that are here are of another version: this one's poll the queue ${versionQueue}. ` +
    'Or use their version of this command.'
  );
}

function namesOf(identities: readonly string[]): string {
  return identities.map(withoutStart).join(', ') || 'none';
}

function wordsOf(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (isGrpcServiceError(error)) return error.details || error.message;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
}
