import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import Docker from 'dockerode';
import type { PreparedEnvironment, Sandbox } from '../../../src/ports/sandbox.ts';
import { checkSandbox, conformanceGroups } from '../../../src/sandbox/conformance/checkSandbox.ts';
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
    for (const [name, cases] of Object.entries(conformanceGroups)) {
      it(`gets its report in lane ${lane}: ${name}`, async () => {
        const signal = AbortSignal.timeout(500_000);
        const results = await checkSandbox({ sandbox, environment, lane, signal, cases });
        assert.equal(results.length, cases.length);
        assert.deepEqual(
          results.filter(({ faults }) => faults.length > 0),
          [],
        );
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
