import { after, describe } from 'node:test';
import { createBubblewrapSandbox } from '../../src/sandbox/index.ts';
import { waysToRun } from './support/candidates.ts';
import { testHostileCandidates } from './support/hostileCandidates.ts';

for (const { userNamespace, lane } of waysToRun()) {
  describe(
    `a hostile candidate in lane ${lane} ${userNamespace ? 'with' : 'without'} a user namespace`,
    { concurrency: 2 },
    () => {
      const sandbox = createBubblewrapSandbox({ slots: 2, userNamespace });
      after(() => sandbox.close());
      testHostileCandidates({ sandbox, lane, absent: ['/var', '/run', '/sys'] });
    },
  );
}
