import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { resourcePath } from '../../src/config/resources.ts';
import { versionQueue } from '../../workflows/workflowIds.ts';
import { runBench, temporaryFolder } from '../cli/runBench.ts';

const manifestSchema = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  data: z.record(z.string(), z.string()).optional(),
  stringData: z.record(z.string(), z.string()).optional(),
});
const jobSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.looseObject({
        hostUsers: z.boolean().optional(),
        containers: z.array(
          z.looseObject({
            name: z.string(),
            command: z.array(z.string()),
            env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })),
            resources: z.object({ limits: z.record(z.string(), z.string()) }),
            volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
          }),
        ),
        volumes: z.array(z.looseObject({ name: z.string() })),
      }),
    }),
  }),
});

const config = `
repository: django
paths: {output_folder: 's3://results/nightly'}
inference: {provider: vllm, model_name: some/model, sandbox_provider: restapi}
`;

describe('bench k8s run --dry-run', () => {
  const folder = temporaryFolder();

  async function show(file: string, given: readonly string[] = [], text = config) {
    writeFileSync(join(folder, 'config.yaml'), text);
    writeFileSync(join(folder, 'k8s.yaml'), file);
    const files = ['--config', 'config.yaml', '--k8s-config-file', 'k8s.yaml'];
    return runBench(['k8s', 'run', ...files, '--image', 'registry/triathlon:1', '--dry-run', ...given], {
      cwd: folder,
    });
  }

  async function jobOf(file: string, text?: string) {
    const { stdout, stderr, exitCode } = await show(file, [], text);
    assert.equal(exitCode, 0, stderr);
    const found = parseAllDocuments(stdout).map((one): unknown => one.toJS());
    const job = found.find((one) => manifestSchema.parse(one).kind === 'Job');
    const pod = jobSchema.parse(job).spec.template.spec;
    const container = pod.containers[0];
    assert.ok(container);
    return { stdout, found, pod, container };
  }

  it("takes the original's keys, and mounts the configuration where its command looks for it", async () => {
    const file =
      'command: "run-multiturn --config=/config/c.yaml --autorun --gpu_ids=0,1"\ngpu_requests: 2\ngpu_limits: 2\n';
    const { container, found } = await jobOf(`${file}cpu_limits: 8\nnamespace: lab\ntmp_disk_size: 20Gi\n`);
    assert.match(
      container.command.at(-1) ?? '',
      /&& bench run-multiturn --config=\/config\/c\.yaml --autorun --gpu_ids=0,1$/,
    );
    assert.deepEqual(container.resources.limits, { cpu: '8', memory: '50Gi', 'nvidia.com/gpu': '2' });
    assert.ok(container.volumeMounts.some(({ mountPath }) => mountPath === '/config/c.yaml'));
    const all = found.map((one) => manifestSchema.parse(one));
    assert.deepEqual(new Set(all.map(({ metadata }) => metadata.namespace)), new Set(['lab']));
    assert.equal(all.find(({ kind }) => kind === 'ConfigMap')?.data?.['config.yaml'], config);
  });

  it('puts keys into a Secret and never shows them', async () => {
    const { stdout, container, found } = await jobOf(
      'env: {WANDB_API_KEY: abc123, COLOUR: red}\nsecrets: [bucket]\n',
    );
    assert.ok(!stdout.includes('abc123'));
    assert.deepEqual(container['envFrom'], [
      { secretRef: { name: 'bucket' } },
      { secretRef: { name: manifestSchema.parse(found[0]).metadata.name } },
    ]);
    assert.ok(container.env.some(({ name, value }) => name === 'COLOUR' && value === 'red'));
  });

  it('is a pod without rights where candidates run elsewhere, and one with a user namespace where they run in it', async () => {
    const elsewhere = await jobOf('gpu_limits: 0\n');
    assert.equal(elsewhere.pod.hostUsers, undefined);
    assert.deepEqual(elsewhere.container['securityContext'], {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    // The set-up ends with 2 where bubblewrap does not work, as it does not in such a pod.
    assert.match(elsewhere.container.command.at(-1) ?? '', /setup\.js --only python,temporal && /);
    const inside = await jobOf('gpu_limits: 0\n', config.replace('restapi', 'local'));
    assert.equal(inside.pod.hostUsers, false);
    assert.match(inside.container.command.at(-1) ?? '', /setup\.js && /);
  });

  it('puts parts of a Job over ours, lists of named things by name', async () => {
    const template = `
job_template:
  spec:
    template:
      spec:
        nodeSelector: {gpu: h100}
        containers: [{name: bench, volumeMounts: [{name: adapters, mountPath: /adapters}]}]
        volumes: [{name: adapters, persistentVolumeClaim: {claimName: loras}}]
`;
    const { pod, container } = await jobOf(template);
    assert.deepEqual(pod['nodeSelector'], { gpu: 'h100' });
    assert.deepEqual(
      ['adapters', 'tmp'].map((name) => container.volumeMounts.some((mount) => mount.name === name)),
      [true, true],
    );
    assert.ok(pod.volumes.some(({ name }) => name === 'adapters'));
  });

  for (const [what, file, text, said] of [
    [
      'a misspelled key',
      'namespace: a\ncpu_limit: 3\n',
      config,
      /k8s\.yaml:2: unknown key cpu_limit; did you mean cpu_limits\?/,
    ],
    [
      'a quantity that is none',
      'memory_limits: lots\n',
      config,
      /k8s\.yaml:1: memory_limits must be a quantity/,
    ],
    ['half a GPU', 'gpu_requests: 1\ngpu_limits: 2\n', config, /gpu_requests is 1 and gpu_limits 2/],
    [
      'which is not in the pod',
      '',
      config.replace('s3://results/nightly', 'results'),
      /Set it to s3:\/\/bucket\/prefix/,
    ],
    ['a relative --config', 'command: bench run --config=c.yaml\n', config, /must name an absolute path/],
    ['no YAML', 'a: [', config, /k8s\.yaml:1: this is not valid YAML/],
  ] as const)
    it(`names ${what}`, async () => {
      const { exitCode, stderr, stdout } = await show(file, [], text);
      assert.match(stderr, said);
      assert.deepEqual([exitCode, stdout], [2, '']);
    });

  it('asks for an image where none is named', async () => {
    const { exitCode, stderr } = await runBench(['k8s', 'run', '--config', 'config.yaml'], { cwd: folder });
    assert.match(stderr, /Expected an image/);
    assert.equal(exitCode, 2);
  });

  it('says where to get kubectl where there is none', async () => {
    const { exitCode, stderr } = await runBench(['k8s', 'status'], {
      cwd: folder,
      environment: { PATH: folder },
    });
    assert.match(stderr, /kubectl is not on PATH/);
    assert.equal(exitCode, 2);
  });
});

describe('the autoscaler', () => {
  it('watches the queue that workers of this version have', () => {
    const path = resourcePath('kubernetes/autoscaling/scaled-object.yaml');
    assert.match(readFileSync(path, 'utf8'), new RegExp(`taskQueue: ${versionQueue}\n`));
  });

  it('asks the Temporal server that the workers ask', (t) => {
    if (spawnSync('kubectl', ['version', '--client']).status !== 0) {
      t.skip('kubectl is needed');
      return;
    }
    const folder = temporaryFolder();
    cpSync(resourcePath('kubernetes'), join(folder, 'kubernetes'), { recursive: true });
    mkdirSync(join(folder, 'mine'));
    const literals = ['TEMPORAL_ADDRESS=my-temporal:7233'];
    const overlay = {
      resources: ['../kubernetes/fleet'],
      components: ['../kubernetes/vllm', '../kubernetes/autoscaling'],
      namespace: 'bench',
      configMapGenerator: [{ name: 'triathlon-temporal', behavior: 'merge', literals }],
    };
    writeFileSync(join(folder, 'mine', 'kustomization.yaml'), JSON.stringify(overlay));
    const { stdout } = spawnSync('kubectl', ['kustomize', join(folder, 'mine')], { encoding: 'utf8' });
    assert.match(stdout, /endpoint: my-temporal:7233\n/);
  });
});
