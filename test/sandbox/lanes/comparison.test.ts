import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { after, describe, it } from 'node:test';
import { loadPythonParser } from '../../../src/python/pythonParser.ts';
import { createBubblewrapSandbox } from '../../../src/sandbox/index.ts';
import { djangoEnvironment } from '../support/candidates.ts';
import { findDifferences } from '../support/differences.ts';
import { laneCandidates, rowsForLanes } from '../support/laneCandidates.ts';

/** BENCH_LANE_ROWS=120 compares about 1,000 candidates. */
const rowCount = Number(process.env['BENCH_LANE_ROWS'] ?? 2);

describe('a report does not depend on the lane', () => {
  const sandbox = createBubblewrapSandbox({ slots: availableParallelism() });
  after(() => sandbox.close());

  it(`for the candidates of ${rowCount} methods`, async (context) => {
    const environment = await djangoEnvironment();
    const parser = await loadPythonParser();
    const taken: Record<string, number> = {};
    const ways = (['strict', 'full', 'pre'] as const).map((lane) => ({ sandbox, lane }));
    const found = await Promise.all(
      (await rowsForLanes(rowCount)).map((row) =>
        findDifferences(laneCandidates(parser, row, environment), ways, (report, { lane }) => {
          if (lane !== 'full') return;
          const way = report.flags.find((flag) => flag.startsWith('not_full:')) ?? report.lane;
          taken[way] = (taken[way] ?? 0) + 1;
        }),
      ),
    );
    context.diagnostic(`lanes taken: ${JSON.stringify(taken)}`);
    const differences = found.flat();
    assert.equal(differences.length, 0, differences.slice(0, 5).join('\n'));
    assert.ok((taken['full'] ?? 0) > 0);
  });
});
