import { Command } from 'commander';
import { runK8sOptions } from './k8sRun.ts';
import type { RunState } from '../kubernetes/index.ts';

interface Place {
  readonly namespace?: string;
}

/** `bench k8s`: runs on a Kubernetes cluster, through the user's own kubectl. */
export function k8sCommand(): Command {
  const run = runK8sOptions(new Command('run').description('start a run as a Job, or go on with it'));
  const status = inPlace(
    new Command('status').description('the runs of a namespace, and what each is waiting for'),
  )
    .option('--json', 'print JSON')
    .action(showStatus);
  const logs = inPlace(new Command('logs').description("what a run's pod says"))
    .argument('<name>', 'as bench k8s status lists it')
    .option('-f, --follow', 'until it ends')
    .action(showLogs);
  const remove = inPlace(
    new Command('delete').description('end a run and remove its objects; results stay in the bucket'),
  )
    .argument('<name>', 'as bench k8s status lists it')
    .action(deleteRun);
  const command = new Command('k8s').description(
    'Runs on Kubernetes, through your own kubectl: docs/kubernetes.md.',
  );
  for (const one of [run, status, logs, remove]) command.addCommand(one);
  return command;
}

function inPlace(command: Command): Command {
  return command.option('-n, --namespace <name>', "another namespace than kubectl's own");
}

async function showStatus({ namespace, json }: Place & { readonly json?: boolean }): Promise<void> {
  const [{ readRunStates }, { renderPlainTable }] = await Promise.all([
    import('../kubernetes/index.ts'),
    import('../report/plainTable.ts'),
  ]);
  const states = await readRunStates(namespace);
  if (json === true) process.stdout.write(`${JSON.stringify(states, null, 2)}\n`);
  else if (states.length === 0) process.stderr.write('No run of ours is in this namespace.\n');
  else process.stdout.write(renderPlainTable(columns, states.map(rowOf)));
}

const columns = ['run', 'state', 'failed pods', 'since', 'why'].map(
  (title) => ({ title, align: 'left' }) as const,
);

function rowOf({ name, state, attempts, since, why }: RunState): string[] {
  return [name, state, String(attempts), since, why.slice(0, 200)];
}

async function showLogs(
  name: string,
  { namespace, follow }: Place & { readonly follow?: boolean },
): Promise<void> {
  const { inNamespace, kubectlHere } = await import('../kubernetes/index.ts');
  await kubectlHere([
    'logs',
    `job/${name}`,
    ...(follow === true ? ['--follow'] : []),
    ...inNamespace(namespace),
  ]);
}

async function deleteRun(name: string, { namespace }: Place): Promise<void> {
  const { deletePart } = await import('../kubernetes/index.ts');
  process.stdout.write(await deletePart(name, namespace));
}
