import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { stringify } from 'yaml';
import { benchHome } from '../../setup/home.js';
import { WORKFLOW_VERSION } from '../../src/core/flow/version.ts';
import { connectClient, findServer, type Server } from '../../src/temporal/connection.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { suiteId } from '../../workflows/workflowIds.ts';
import { mainFile, runBench, type Finished } from '../cli/runBench.ts';
import { makeChangedCopy } from '../support/changedCopy.ts';
import { startHost, type Host } from '../support/host.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';
import { openHome } from '../support/rig.ts';

const items = 12;
/** Slow enough that the run lasts through the upgrade. */
const pace = { answer: () => 'no code', delayMilliseconds: 2500 };

describe('workers of two versions on one server', () => {
  let folder: string;
  let server: Server;
  let client: Client;
  let model: MisbehavingServer;
  let program: string;
  let old: Host;
  let next: Host;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-upgrade-'));
    await openHome(folder);
    server = await findServer({ address: null, namespace: null, start: true });
    client = await connectClient(server);
    model = await startMisbehavingServer(pace);
    ({ program } = await makeChangedCopy(join(folder, 'next'), {
      'src/core/flow/version.ts': [`= ${WORKFLOW_VERSION};`, `= ${WORKFLOW_VERSION + 1};`],
      // A timer that no history of today's workflows holds.
      'workflows/benchItem.ts': [
        'const startedAt = Date.now();',
        'const startedAt = Date.now();\n  await condition(() => false, 10);',
      ],
    }));
    old = await startHost({ server, home: benchHome() });
    await writeFile(join(folder, 'config.yaml'), stringify(config(folder, model.url)));
  });
  after(async () => {
    await old.stop();
    // Absent where a test before has failed.
    await (next as Host | undefined)?.stop();
    await client.connection.close();
    await stopDevServer();
    await model.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const bench = (main: string, given: readonly string[]): Promise<Finished> =>
    runBench(given, {
      cwd: folder,
      environment: { TEMPORAL_ADDRESS: server.address },
      program: main,
    });
  const submit = (main: string, name: string): Promise<Finished> =>
    bench(main, ['submit', '--config', 'config.yaml', '--run-name', name]);
  const untilAsked = async (more: number): Promise<void> => {
    const until = model.requests.length + more;
    while (model.requests.length < until) await sleep(50);
  };
  const outcomesOf = (name: string): Promise<string[]> =>
    readdir(join(folder, 'results', fullName(name), 'outcomes'));

  test('leave a run to the workers of the version that began it', async () => {
    const { exitCode, stderr } = await submit(mainFile, 'before');
    assert.equal(exitCode, 0, stderr);
    await untilAsked(2);
    next = await startHost({ server, home: benchHome(), program });
    await untilAsked(1);
    const { stdout } = await bench(program, ['status']);
    assert.match(stdout, /before-django-completion-test-model.*\d+ of 12/);
    assert.match(stdout, /workers of another version have it \(bench-v1\)/);
  });

  test('refuse to join a suite of the other version, and say what to do', async () => {
    const { exitCode, stderr } = await submit(program, 'before');
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /workers of another version began/);
  });

  test('say which workers an open run waits for when they are gone, and begin others meanwhile', async () => {
    await old.stop();
    const { stdout } = await bench(program, ['status']);
    assert.match(stdout, /begun by workers of another version, of which none is here \(queue bench-v1\)/);
    const refused = await submit(program, 'before');
    assert.match(refused.stderr, /A suite before\S* is open: it was begun by workers of another version/);
    pace.delayMilliseconds = 0;
    const { exitCode, stderr } = await submit(program, 'after');
    assert.equal(exitCode, 0, stderr);
    await client.workflow.getHandle(suiteId(fullName('after'))).result();
    assert.equal((await outcomesOf('after')).length, items);
    const tooOld = await submit(mainFile, 'other');
    assert.equal(tooOld.exitCode, 2);
    assert.match(tooOld.stderr, /Workers for workflow are there, but of another version/);
  });

  test('end what they began, with every item once and no step that did not fit', async () => {
    old = await startHost({ server, home: benchHome() });
    await client.workflow.getHandle(suiteId(fullName('before'))).result();
    assert.equal((await outcomesOf('before')).length, items);
    assert.deepEqual(await failedWorkflowTasks(client), []);
    // Once for each of the two runs, and what was in flight when the old worker was stopped.
    assert.ok([...model.countByDigest().values()].every((count) => count <= 3));
  });
});

/** Of a suite of one run, and of that run. */
function fullName(name: string): string {
  return `${name}-django-completion-test-model`;
}

function config(folder: string, url: string): Record<string, unknown> {
  return {
    data: { path: 'django-4.0.4-mini', max_items: items },
    paths: { output_folder: join(folder, 'results') },
    suite: { tasks: ['completion'] },
    inference: {
      provider: 'openai',
      model_name: 'test-model',
      base_url: url,
      sandbox_provider: 'bubblewrap',
      batch_size: 1,
    },
  };
}

/** What the workers of one version could not make of another's histories. */
async function failedWorkflowTasks(client: Client): Promise<string[]> {
  const failed: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const { workflowTaskFailedEventAttributes: attributes } of events ?? [])
      if (attributes) failed.push(`${workflowId}: ${attributes.failure?.message}`);
  }
  return failed;
}
