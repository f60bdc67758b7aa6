import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import type { ClusterView } from '../../src/temporal/clusterView.ts';
import { connectClient, findServer, type Server } from '../../src/temporal/connection.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { knowingModel } from '../chaos/answers.ts';
import { mainFile, runBench } from '../cli/runBench.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';
import { openHome } from '../support/rig.ts';

const key = 'sk-of-the-model-host';

/** A worker of some roles with a home, a working folder and variables of its own. */
interface Host {
  readonly process: ChildProcess;
  words(): string;
}

describe('hosts that are each for one role', () => {
  let folder: string;
  let server: Server;
  let model: MisbehavingServer;
  let keyless: Host;
  const hosts: Host[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-roles-'));
    await openHome(folder);
    server = await findServer({ address: null, namespace: null, start: true });
    const answer = await knowingModel(suiteOf('http://127.0.0.1:1/v1'));
    model = await startMisbehavingServer({ answer, apiKey: key });
  });
  after(async () => {
    for (const host of hosts) await stop(host);
    await stopDevServer();
    await model.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const startHost = async (role: string, environment: Record<string, string>): Promise<Host> => {
    const home = join(folder, `home-of-${role}`);
    await mkdir(home, { recursive: true });
    const child = spawn(process.execPath, [mainFile, 'worker', '--grace', '0', '--roles', role], {
      cwd: home,
      env: { ...process.env, BENCH_HOME: home, TEMPORAL_ADDRESS: server.address, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => void (words += chunk.toString()));
    const host = { process: child, words: () => words };
    hosts.push(host);
    while (!words.includes('runs; Ctrl-C stops it')) {
      assert.equal(child.exitCode, null, words);
      await sleep(100);
    }
    return host;
  };

  const suiteOf = (url: string) =>
    resolveSuite(
      loadConfig({
        document: {
          run_name: 'roles',
          data: { path: 'django-4.0.4-mini', max_items: 2 },
          paths: { output_folder: join(folder, 'results') },
          suite: { tasks: ['method_gen_multiturn', 'completion', 'program_repair'] },
          inference: {
            provider: 'openai',
            model_name: 'test-model',
            base_url: url,
            api_key_env: 'KEY_OF_THE_MODEL',
            sandbox_provider: 'bubblewrap',
            max_iter: 2,
          },
        },
      }),
    );

  test('say what they are for and what they have', async () => {
    const ofSandbox = await startHost('sandbox', { BENCH_HOME: join(folder, 'home') });
    assert.match(ofSandbox.words(), /sandbox: bubblewrap; environments: .*django/);
    // The oldest one would feed the endpoint, had it the key.
    keyless = await startHost('model', {});
    const ofModel = await startHost('model', { KEY_OF_THE_MODEL: key });
    assert.match(ofModel.words(), /model: .*endpoints whose key is not here/);
    const ofWorkflow = await startHost('workflow', {});
    assert.match(ofWorkflow.words(), /workflow: order of steps, tables/);
    assert.doesNotMatch(ofWorkflow.words(), /model:|sandbox:/);
  });

  test('do one suite of three tasks, each the work of its role', async () => {
    const client = await connectClient(server);
    const { handle } = await submitSuite(client, suiteOf(model.url), { fresh: false });
    const results = await handle.result();
    await client.connection.close();
    assert.equal(results.length, 3);
    assert.match(keyless.words(), /no work from .* here while another worker can do it: .*KEY_OF_THE_MODEL/);
    for (const { counts } of results) assert.deepEqual([counts.finished, counts.unscored], [2, 0]);
    assert.ok(model.requests.every(({ authorization }) => authorization === `Bearer ${key}`));
    const homeOfModel = await readdir(join(folder, 'home-of-model'));
    assert.ok(!homeOfModel.includes('environments'), 'the model host has no repository');
    const files = await readdir(join(folder, 'results'), { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile()))
      assert.ok(!(await readFile(join(file.parentPath, file.name), 'utf8')).includes(key), file.name);
  });

  test('are shown by bench cluster, with the queues that they share', async () => {
    const environment = { TEMPORAL_ADDRESS: server.address };
    const json = await runBench(['cluster', '--json'], { cwd: folder, environment });
    assert.equal(json.exitCode, 0, json.stderr);
    const { workers, queues } = JSON.parse(json.stdout) as ClusterView;
    assert.deepEqual(workers.flatMap(({ roles }) => roles).toSorted(), [
      'model',
      'model',
      'sandbox',
      'workflow',
    ]);
    assert.ok(queues.some(({ queue, backlog }) => queue === 'bench' && backlog === 0));
    const { stdout } = await runBench(['cluster'], { cwd: folder, environment });
    assert.match(stdout, /^worker +roles +doing/m);
    assert.match(stdout, /^bench-\d+@\S+ +sandbox +-$/m);
    assert.match(stdout, /^bench-sandbox-local +cores +0 +- +\d+\.\d\/s$/m);
  });

  test('are refused a role that there is not', async () => {
    const { exitCode, stderr } = await runBench(['worker', '--roles', 'gpu'], { cwd: folder });
    assert.equal(exitCode, 2);
    assert.match(stderr, /expected some of workflow, model, sandbox, found "gpu"/);
  });
});

async function stop({ process: child }: Host): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
