import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createSettleProvider } from '../../activities/settleProvider.ts';
import type { Ports } from '../../activities/ports.ts';
import type { GradingPolicy, RunRequest, RunSandboxName } from '../../src/core/run.ts';
import { createLocalStore } from '../../src/storage/localStore.ts';
import { recordOf } from '../report/syntheticRun.ts';
import { scriptedPorts } from '../support/rig.ts';

let folder: string;
let scripted: Ports;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-settle-'));
  scripted = await scriptedPorts();
});
after(() => rm(folder, { recursive: true, force: true }));

function requestFor(name: string, grading: Partial<GradingPolicy> = {}): RunRequest {
  const { request } = recordOf(1, { name, outputFolder: folder });
  return { ...request, grading: { ...request.grading, provider: 'local', ...grading } };
}

const portsWhere = (provider: RunSandboxName): Ports => ({
  ...scripted,
  chooseLocalProvider: () => Promise.resolve(provider),
});

test('local is what the machine has, and keeps to it when the run is resumed on a machine that changed', async () => {
  const began = await createSettleProvider(portsWhere('docker'))(requestFor('kept'));
  assert.equal(began.request.grading.provider, 'docker');
  assert.match(began.notice ?? '', /local: docker, for Docker's engine answers\./);
  const record = recordOf(1, began.request);
  await createLocalStore(join(folder, 'kept')).putOnce('run.json', JSON.stringify(record));
  const resumed = await createSettleProvider(portsWhere('bubblewrap'))(requestFor('kept'));
  assert.equal(resumed.request.grading.provider, 'docker');
  assert.match(resumed.notice ?? '', /docker, as when the run was begun/);
});

test('the machine is asked once for all runs of a suite', async () => {
  let asked = 0;
  const settle = createSettleProvider({
    ...scripted,
    chooseLocalProvider: () => Promise.resolve((asked += 1) === 1 ? 'docker' : 'bubblewrap'),
  });
  const providers = [await settle(requestFor('a')), await settle(requestFor('b'))].map(
    ({ request }) => request.grading.provider,
  );
  assert.deepEqual(providers, ['docker', 'docker']);
});

test('a provider that was named is taken as it is, without a word', async () => {
  const settle = createSettleProvider(portsWhere('docker'));
  const { request, notice } = await settle(requestFor('named', { provider: 'bubblewrap' }));
  assert.deepEqual([request.grading.provider, notice], ['bubblewrap', null]);
});

test("Docker's own keys win where Docker grades, and are no part of a run that bubblewrap grades", async () => {
  const docker = { memoryBytes: 6e9 };
  const there = await createSettleProvider(portsWhere('docker'))(requestFor('x', { docker }));
  assert.deepEqual([there.request.grading.memoryBytes, there.request.grading.docker], [6e9, docker]);
  const here = await createSettleProvider(portsWhere('bubblewrap'))(requestFor('x', { docker }));
  assert.deepEqual([here.request.grading.memoryBytes, here.request.grading.docker], [2 ** 30, null]);
});
