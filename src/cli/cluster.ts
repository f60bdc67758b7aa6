import { Command } from 'commander';
import { escapeForTerminal } from '../report/escape.ts';
import { renderPlainTable, type PlainColumn } from '../report/plainTable.ts';
import { clusterView, type ClusterView, type WorkerView } from '../temporal/clusterView.ts';
import { withoutStart } from '../temporal/pollers.ts';
import { withSession } from './session.ts';

/** `bench cluster`: hosts, roles, what each is doing, backlog and rate. */
export function clusterCommand(): Command {
  return new Command('cluster')
    .description('Show the workers of the server with what each is doing, and the queues with their backlog.')
    .option('--json', 'print data as JSON')
    .addHelpText(
      'after',
      `
Backlog is what no worker has taken yet; a queue whose backlog grows needs more workers of its role. A worker that died
is listed for up to 90 seconds. \`bench status\` shows the runs.`,
    )
    .action(cluster);
}

async function cluster({ json }: { json?: boolean }): Promise<void> {
  await withSession({ start: false }, async ({ client }) => {
    const view = await clusterView(client);
    process.stdout.write(json === true ? `${JSON.stringify(view, null, 2)}\n` : render(view));
  });
}

function render({ workers, queues, itemsLookedAt }: ClusterView): string {
  const doing = (steps: Readonly<Record<string, number>>): string =>
    Object.entries(steps)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || '-';
  const hosts = workers.map(({ identity, roles, doing: steps }) => [
    withoutStart(identity),
    roles.join(', '),
    doing(steps),
  ]);
  const lines = queues.map(({ queue, slots, backlog, oldestSeconds, rate }) => [
    queue,
    slots === null ? 'cores' : String(slots),
    String(backlog),
    backlog === 0 ? '-' : `${oldestSeconds} s`,
    `${rate.toFixed(1)}/s`,
  ]);
  const none = 'No worker is here: `bench worker` starts one.\n';
  const lacking = workers.flatMap(describeLacks);
  return [
    hosts.length === 0
      ? none
      : renderPlainTable(leftColumns('worker', 'roles', `doing (of ${itemsLookedAt} items)`), hosts),
    ...lacking,
    renderPlainTable(
      [...leftColumns('queue'), ...rightColumns('slots', 'backlog', 'oldest', 'taken')],
      lines,
    ),
  ].join('\n');
}

/** A worker of an older version says what it lacks in its log only. */
function describeLacks({ identity, lacksFor, reasons }: WorkerView): string[] {
  const queues = [...new Set([...lacksFor, ...Object.keys(reasons)])];
  return queues.map((queue) => {
    const words = reasons[queue] ?? 'it lacks something; its log says what';
    return `${withoutStart(identity)} takes nothing from ${queue}: ${escapeForTerminal(words, 300)}\n`;
  });
}

function leftColumns(...titles: readonly string[]): PlainColumn[] {
  return titles.map((title) => ({ title, align: 'left' }));
}

function rightColumns(...titles: readonly string[]): PlainColumn[] {
  return titles.map((title) => ({ title, align: 'right' }));
}
