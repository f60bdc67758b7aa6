import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import Docker from 'dockerode';
import type { PreparedEnvironment, Sandbox } from '../../../src/ports/sandbox.ts';
import { checkSandbox, conformanceCases } from '../../../src/sandbox/conformance/checkSandbox.ts';
import { createDockerSandbox } from '../../../src/sandbox/index.ts';
import { cannotStartEngine, startEngine } from '../../support/docker/engine.ts';
import { djangoEnvironment } from '../support/candidates.ts';

describe('a candidate in Docker', { skip: cannotStartEngine(), concurrency: 1 }, () => {
  let environment: PreparedEnvironment;
  let engine: { stop: () => Promise<void> } | undefined;
  let sandbox: Sandbox;

  before(async () => {
    environment = await djangoEnvironment();
    engine = await startEngine(environment);
    sandbox = createDockerSandbox({ slots: 1 });
    await sandbox.prepare(environment);
  });
  after(async () => {
    await sandbox.close();
    await engine?.stop();
  });

  for (const lane of ['strict', 'full'] as const) {
    for (const one of conformanceCases) {
      it(`gets its report in lane ${lane}: ${one.name}`, async () => {
        const signal = AbortSignal.timeout(300_000);
        const [result] = await checkSandbox({ sandbox, environment, lane, signal, cases: [one] });
        assert.deepEqual(result?.faults, []);
      });
    }
  }

  it('leaves no container and no volume behind', async () => {
    await sandbox.close();
    const left = new Docker();
    assert.deepEqual(await left.listContainers({ all: true }), []);
    assert.deepEqual((await left.listVolumes()).Volumes ?? [], []);
  });
});
