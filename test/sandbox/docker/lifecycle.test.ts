import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { SandboxError } from '../../../src/core/errors.ts';
import type { SandboxRequest } from '../../../src/ports/sandbox.ts';
import { ensureImage, imageTag } from '../../../src/sandbox/docker/image.ts';
import type { DockerSettings } from '../../../src/sandbox/docker/settings.ts';
import { workerLabels } from '../../../src/sandbox/docker/reaper.ts';
import { createDockerSandbox } from '../../../src/sandbox/index.ts';
import { startEngine } from '../../support/docker/engine.ts';
import { djangoEnvironment, requestWith, test } from '../support/candidates.ts';
import { processesWith, sleeperNamed, until } from '../support/processes.ts';

const never = new AbortController().signal;

const environment = await djangoEnvironment();
const engine = await startEngine(environment);
after(engine.stop);

describe('Docker from start to end', { skip: engine.missing, concurrency: 1 }, () => {
  const docker = new Docker();
  before(() => createDockerSandbox({ slots: 1 }).prepare(environment));

  const isEmpty = async (): Promise<boolean> =>
    (await docker.listContainers({ all: true })).length === 0 &&
    ((await docker.listVolumes()).Volumes ?? []).length === 0;

  for (const lane of ['strict', 'full'] as const) {
    it(`a container is held as tightly as can be in lane ${lane}`, async () => {
      const sandbox = createDockerSandbox({ slots: 1 });
      const cancel = new AbortController();
      const marker = randomUUID();
      const request = await requestWith(environment, sleeperNamed(marker), { lane });
      const running = sandbox.run(request, cancel.signal);
      running.catch(() => undefined);
      await until(() => processesWith(marker).length > 0);
      const [found] = await docker.listContainers();
      const { HostConfig, Config, Mounts } = await docker.getContainer(found?.Id ?? '').inspect();
      const { ReadonlyRootfs, NetworkMode, CapDrop, CapAdd, Privileged, NanoCpus, AutoRemove } = HostConfig;
      assert.deepEqual(
        { ReadonlyRootfs, NetworkMode, CapDrop, CapAdd, Privileged, NanoCpus, AutoRemove },
        {
          ReadonlyRootfs: true,
          NetworkMode: 'none',
          CapDrop: ['ALL'],
          CapAdd: ['SETUID', 'SETGID', 'KILL'],
          Privileged: false,
          NanoCpus: 1e9,
          AutoRemove: true,
        },
      );
      assert.deepEqual([Config.OpenStdin, Config.StdinOnce, Mounts], [true, true, []]);
      cancel.abort(new Error('enough'));
      await assert.rejects(running, /enough/);
      await until(isEmpty);
      assert.deepEqual(processesWith(marker), []);
      await sandbox.close();
    });
  }

  for (const lane of ['strict', 'full'] as const) {
    it(`kill -9 of the worker leaves nothing behind in lane ${lane}`, async () => {
      const marker = randomUUID();
      const request = await requestWith(environment, sleeperNamed(marker), { lane });
      const worker = await startWorker(request);
      await until(() => processesWith(marker).length > 0, 200_000);
      worker.kill('SIGKILL');
      await until(async () => processesWith(marker).length === 0 && (await isEmpty()));
    });
  }

  it('kill -9 of the worker at any moment leaves nothing behind', async () => {
    for (let kills = 0; kills < 12; kills += 1) {
      const lane = kills % 2 === 0 ? 'strict' : 'full';
      const worker = await startWorker(await requestWith(environment, 'pass', { lane }));
      await sleep(Math.random() * 1500);
      worker.kill('SIGKILL');
      await until(isEmpty);
    }
    await until(() => processesWith('reapAfterwards').length === 0);
  });

  it('a connection to the engine that is lost is an error of ours, and its container ends', async () => {
    const marker = randomUUID();
    const address = process.env['DOCKER_HOST'] ?? '';
    const line = await openLine(address.slice('unix://'.length));
    process.env['DOCKER_HOST'] = line.address;
    const sandbox = createDockerSandbox({ slots: 1 });
    process.env['DOCKER_HOST'] = address;
    const running = sandbox.run(await requestWith(environment, sleeperNamed(marker)), never);
    running.catch(() => undefined);
    await until(() => processesWith(marker).length > 0);
    line.cut();
    await assert.rejects(running, (error: unknown) => error instanceof SandboxError && error.retry);
    await until(async () => processesWith(marker).length === 0 && (await isEmpty()));
    await sandbox.close();
  });

  it('a container that a dead worker never started is removed by the next one', async () => {
    const create = async (labels: Record<string, string>): Promise<string> =>
      (await docker.createContainer({ Image: await imageTag(environment, {}), Labels: labels, Cmd: ['x'] }))
        .id;
    const somebodys = await create({});
    const ours = await create(workerLabels());
    const deads = await create(labelsOfDeadWorker());
    await createDockerSandbox({ slots: 1 }).prepare(environment);
    const left = (await docker.listContainers({ all: true })).map(({ Id }) => Id);
    assert.deepEqual(
      [somebodys, ours, deads].map((id) => left.includes(id)),
      [true, true, false],
    );
    await Promise.all([somebodys, ours].map((id) => docker.getContainer(id).remove()));
  });

  it('images of two settings stand side by side, and one of another runner goes when one is built', async () => {
    const [plain, other] = [{}, { commands: 'ENV OTHER=1' }];
    const idOf = async (settings: DockerSettings): Promise<string> =>
      (await docker.getImage(await imageTag(environment, settings)).inspect()).Id;
    const container = await docker.createContainer({ Image: await idOf(plain), Cmd: ['x'] });
    // With the other labels of the image that it was made of.
    const changes = 'LABEL triathlon.runner=sha256:old';
    const { Id: older } = await container.commit({ repo: 'triathlon-older', changes });
    await container.remove();
    await ensureImage(docker, environment, other);
    assert.notEqual(await idOf(other), await idOf(plain));
    await assert.rejects(docker.getImage(older).inspect(), { statusCode: 404 });
    await docker.getImage(await idOf(other)).remove();
  });

  it('an image of another environment under our name is refused, and one that is gone is built again', async () => {
    const [repo = '', tag = ''] = (await imageTag(environment, {})).split(':');
    const base = docker.getImage(process.env['BENCH_BASE_IMAGE'] ?? '');
    const before = await docker.getImage(await imageTag(environment, {})).inspect();
    await base.tag({ repo, tag });
    await assert.rejects(
      createDockerSandbox({ slots: 1 }).prepare(environment),
      /to hold the environment sha256:.*found no environment of ours.*docker rmi/s,
    );
    await docker.getImage(before.Id).tag({ repo, tag });
    const sandbox = createDockerSandbox({ slots: 1 });
    await sandbox.prepare(environment);
    const report = await sandbox.run(await requestWith(environment, 'pass'), never);
    assert.equal(report.tests[test]?.status, 'passed');
    await docker.getImage(before.Id).remove({ force: true, noprune: true });
    const next = async () => sandbox.run(await requestWith(environment, 'pass'), never);
    await assert.rejects(next, /Expected the image .* found none: it was removed meanwhile/);
    assert.equal((await next()).tests[test]?.status, 'passed');
    await sandbox.close();
  });
});

/** A process that grades this one candidate again and again. */
async function startWorker(request: SandboxRequest): Promise<ChildProcess> {
  const index = new URL('../../../src/sandbox/index.ts', import.meta.url).href;
  const script =
    `const { createDockerSandbox } = await import(${JSON.stringify(index)});\n` +
    `let text = ''; for await (const chunk of process.stdin) text += chunk;\n` +
    `const sandbox = createDockerSandbox({ slots: 1 });\nconsole.log('begins');\n` +
    `for (;;) await sandbox.run(JSON.parse(text), new AbortController().signal);`;
  const worker = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  worker.stdin.end(JSON.stringify(request));
  await once(worker.stdout, 'data');
  return worker;
}

function labelsOfDeadWorker(): Record<string, string> {
  const reaper = new URL('../../../src/sandbox/docker/reaper.ts', import.meta.url).href;
  const script = `const { workerLabels } = await import(${JSON.stringify(reaper)});\nconsole.log(JSON.stringify(workerLabels()));`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
  );
}

/** A way to the engine that can be cut. */
async function openLine(socketPath: string): Promise<{ address: string; cut: () => void }> {
  const path = `${socketPath}.line`;
  const ends = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (here) => {
    const there = connect({ path: socketPath, allowHalfOpen: true });
    for (const end of [here, there]) ends.add(end.on('error', () => undefined));
    here.pipe(there).pipe(here);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const cut = (): void => {
    server.close();
    for (const end of ends) end.destroy();
  };
  return { address: `unix://${path}`, cut };
}
