import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadPythonParser } from '../../../src/python/pythonParser.ts';
import { checkSandbox, conformanceGroups } from '../../../src/sandbox/conformance/checkSandbox.ts';
import { connectEngine } from '../../../src/sandbox/docker/engine.ts';
import { createBubblewrapSandbox, createDockerSandbox } from '../../../src/sandbox/index.ts';
import { startEngine } from '../../support/docker/engine.ts';
import { djangoEnvironment } from '../support/candidates.ts';
import { findDifferences } from '../support/differences.ts';
import { laneCandidates, rowsForLanes } from '../support/laneCandidates.ts';

const environment = await djangoEnvironment();
const engine = await startEngine(environment);
after(engine.stop);

describe('a candidate in Docker', { skip: engine.missing, concurrency: 1 }, () => {
  const sandbox = createDockerSandbox({ slots: 1 });
  before(() => sandbox.prepare(environment));
  after(() => sandbox.close());

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

  it('gets the same report, test by test, as in bubblewrap', async () => {
    const parser = await loadPythonParser();
    const candidates = (await rowsForLanes(2)).flatMap((row) => laneCandidates(parser, row, environment));
    assert.ok(candidates.length >= 15, `${candidates.length} candidates`);
    const bubblewrap = createBubblewrapSandbox({ slots: 1 });
    try {
      const differences = await findDifferences(candidates, [
        { sandbox: bubblewrap, lane: 'strict' },
        ...(['strict', 'pre', 'full'] as const).map((lane) => ({ sandbox, lane })),
      ]);
      assert.equal(differences.length, 0, differences.slice(0, 5).join('\n'));
    } finally {
      await bubblewrap.close();
    }
  });

  it('leaves no container and no volume behind', async () => {
    await sandbox.close();
    const left = connectEngine();
    assert.deepEqual(await left.listContainers({ all: true }), []);
    assert.deepEqual((await left.listVolumes()).Volumes ?? [], []);
  });
});
