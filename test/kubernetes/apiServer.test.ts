import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { resourcePath } from '../../src/config/resources.ts';
import { runBench, temporaryFolder } from '../cli/runBench.ts';
import { missingPrograms, startApiServer, type ApiServer } from './apiServer.ts';

const missing = missingPrograms();
const statesSchema = z.array(z.object({ name: z.string(), state: z.string(), why: z.string() }));
const config = `
repository: django
paths: {output_folder: 's3://results/nightly'}
inference: {provider: vllm, model_name: some/model, sandbox_provider: restapi}
`;

describe('a real API server', { skip: missing ?? false }, () => {
  const folder = temporaryFolder();
  let server: ApiServer;
  before(async () => {
    server = await startApiServer();
    writeFileSync(join(folder, 'config.yaml'), config);
  });
  after(() => server.stop());

  const bench = (...given: readonly string[]) =>
    runBench(given, { cwd: folder, environment: { KUBECONFIG: server.kubeconfig } });
  const kubectl = (given: readonly string[], input = ''): string =>
    execFileSync('kubectl', [...given], {
      input,
      encoding: 'utf8',
      env: { ...process.env, KUBECONFIG: server.kubeconfig },
    });
  const runWith = (file: string) => {
    writeFileSync(join(folder, 'k8s.yaml'), file);
    const files = [
      '--config',
      'config.yaml',
      '--k8s-config-file',
      'k8s.yaml',
      '--image',
      'registry/triathlon:1',
    ];
    return bench('k8s', 'run', ...files);
  };

  it('takes a run, once however often it is asked, says why it waits, and forgets it', async () => {
    const file =
      'gpu_limits: 1\nenv: {WANDB_API_KEY: abc, SANDBOX_URL: "s:8000"}\nservice_account: default\n';
    const first = await runWith(file);
    assert.equal(first.exitCode, 0, first.stderr);
    const name = first.stdout.trim();
    const second = await runWith(file);
    assert.deepEqual([second.stdout.trim(), second.exitCode], [name, 0]);
    addPod(name, 'Unschedulable', '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.');
    const states = statesSchema.parse(JSON.parse((await bench('k8s', 'status', '--json')).stdout));
    assert.deepEqual(states, [
      {
        name,
        state: 'waiting',
        why: 'Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.',
      },
    ]);
    const gone = await bench('k8s', 'delete', name);
    assert.match(gone.stdout, /job.*deleted/);
    assert.match((await bench('k8s', 'delete', 'never-was')).stderr, /Nothing of ours is called never-was/);
  });

  /** As a scheduler would leave it. */
  function addPod(part: string, reason: string, message: string): void {
    const labels = { 'app.kubernetes.io/name': 'triathlon', 'triathlon/part': part };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'one', labels },
      spec: { containers: [{ name: 'bench', image: 'one' }] },
    };
    kubectl(['create', '--filename=-'], JSON.stringify(pod));
    const status = {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason, message }],
    };
    kubectl(['patch', 'pod', 'one', '--subresource=status', `--patch=${JSON.stringify({ status })}`]);
  }

  it('refuses a misspelled field by its name', async () => {
    const { exitCode, stderr } = await runWith(
      'job_template: {spec: {template: {spec: {nodeSelectr: {a: b}}}}}\n',
    );
    assert.match(stderr, /nodeSelectr/);
    assert.equal(exitCode, 2);
  });

  it('says that a namespace is not there', async () => {
    const { exitCode, stderr } = await runWith('namespace: nowhere\n');
    assert.match(stderr, /namespaces "nowhere" not found/);
    assert.equal(exitCode, 2);
  });

  it('takes sandbox servers, keeps their token, and removes them', async () => {
    const serve = ['serve-restapi-k8s', '--image', 'registry/triathlon:1', '--replicas', '2'];
    const token = (): string =>
      kubectl(['get', 'secret', 'triathlon-sandbox-token', '--output=jsonpath={.data.token}']);
    const first = await bench(...serve);
    assert.equal(
      first.stdout,
      'SANDBOX_URL=triathlon-sandbox-0.triathlon-sandbox:8000,triathlon-sandbox-1.triathlon-sandbox:8000\n',
    );
    const before = token();
    assert.equal((await bench(...serve)).exitCode, 0);
    assert.equal((await bench('kill-restapi-k8s')).exitCode, 0);
    assert.equal(token(), before);
    assert.equal(kubectl(['get', 'statefulset', '--output=name']), '');
  });

  it('takes the fleet with its model server', () => {
    const place = join(folder, 'cluster');
    mkdirSync(place);
    execFileSync('cp', ['-r', resourcePath('kubernetes'), join(folder, 'kubernetes')]);
    const overlay = { resources: ['../kubernetes/fleet'], components: ['../kubernetes/vllm'] };
    writeFileSync(join(place, 'kustomization.yaml'), JSON.stringify(overlay));
    const objects = kubectl(['kustomize', place]);
    const said = kubectl(['apply', '--server-side', '--validate=strict', '--filename=-'], objects);
    assert.match(said, /deployment.apps\/triathlon-worker/);
    assert.match(said, /deployment.apps\/triathlon-vllm/);
  });
});
