import { after, before, describe } from 'node:test';
import { createDockerSandbox } from '../../../src/sandbox/index.ts';
import { startEngine } from '../../support/docker/engine.ts';
import { djangoEnvironment } from '../support/candidates.ts';
import { testHostileCandidates } from '../support/hostileCandidates.ts';

const environment = await djangoEnvironment();
const engine = await startEngine(environment);
after(engine.stop);

for (const lane of ['strict', 'pre', 'full'] as const) {
  describe(`a hostile candidate in lane ${lane} in Docker`, { skip: engine.missing, concurrency: 2 }, () => {
    const sandbox = createDockerSandbox({ slots: 2 });
    before(() => sandbox.prepare(environment));
    after(() => sandbox.close());
    testHostileCandidates({ sandbox, lane, absent: [] });
  });
}
