import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { clusterView, type ClusterView } from '../../src/temporal/clusterView.ts';
import { connectClient, findServer, type Server } from '../../src/temporal/connection.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { knowingModel } from '../chaos/answers.ts';
import { runBench } from '../cli/runBench.ts';
import { startHost, type Host } from '../support/host.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';
import { openHome } from '../support/rig.ts';

const key = 'sk-of-the-model-host';

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
    for (const host of hosts) await host.stop();
    await stopDevServer();
    await model.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const openHost = async (role: string, environment: Record<string, string>): Promise<Host> => {
    const host = await startHost({ server, home: join(folder, `home-of-${role}`), role, environment });
    hosts.push(host);
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
    const ofSandbox = await openHost('sandbox', { BENCH_HOME: join(folder, 'home') });
    assert.match(ofSandbox.words(), /sandbox: bubblewrap; environments: .*django/);
    // The oldest one would feed the endpoint, had it the key.
    keyless = await openHost('model', {});
    const ofModel = await openHost('model', { KEY_OF_THE_MODEL: key });
    assert.match(ofModel.words(), /model: .*endpoints whose key is not here/);
    const ofWorkflow = await openHost('workflow', {});
    assert.match(ofWorkflow.words(), /workflow: order of steps, tables/);
    assert.doesNotMatch(ofWorkflow.words(), /model:|sandbox:/);
  });

  test('do one suite of three tasks, each the work of its role', async () => {
    const client = await connectClient(server);
    const { handle } = await submitSuite(client, suiteOf(model.url), { fresh: false });
    const lacks = async (): Promise<readonly string[]> => {
      const { workers } = await clusterView(client);
      const found = workers.find(({ identity }) => identity.startsWith(`bench-${keyless.process.pid}@`));
      return found?.lacksFor ?? [];
    };
    let lacking: readonly string[] = [];
    for (let tries = 0; tries < 200 && lacking.length === 0; tries += 1) lacking = await lacks();
    assert.match(lacking.join(), /^bench-model-openai-/);
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
