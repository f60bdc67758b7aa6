import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { after, describe, it } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import { loadPythonParser } from '../../../src/python/pythonParser.ts';
import { createBubblewrapSandbox } from '../../../src/sandbox/index.ts';
import { djangoEnvironment } from '../support/candidates.ts';
import { comparable, laneCandidates, spreadRows } from '../support/laneCandidates.ts';

/** BENCH_LANE_ROWS=120 compares about 1,000 candidates. */
const rowCount = Number(process.env['BENCH_LANE_ROWS'] ?? 2);

describe('a report does not depend on the lane', () => {
  const sandbox = createBubblewrapSandbox({ slots: availableParallelism() });
  after(() => sandbox.close());

  it(`for the candidates of ${rowCount} methods`, async (context) => {
    const environment = await djangoEnvironment();
    const parser = await loadPythonParser();
    const never = new AbortController().signal;
    const differences: string[] = [];
    const taken: Record<string, number> = {};
    const rows = await spreadRows(rowCount);
    await Promise.all(
      rows.map(async (row) => {
        for (const { name, request } of laneCandidates(parser, row, environment)) {
          const run = async (lane: 'full' | 'pre' | 'strict') => sandbox.run({ ...request, lane }, never);
          const [full, pre, strict] = [await run('full'), await run('pre'), await run('strict')];
          for (const fast of [full, pre]) {
            if (isDeepStrictEqual(comparable(fast), comparable(strict)) && !fast.overruled) continue;
            differences.push(`${name} in ${fast.lane}\n${inspect([fast, strict], { depth: 6 })}`);
          }
          const way = full.flags.find((flag) => flag.startsWith('not_full:')) ?? full.lane;
          taken[way] = (taken[way] ?? 0) + 1;
        }
      }),
    );
    context.diagnostic(`lanes taken: ${JSON.stringify(taken)}`);
    assert.equal(differences.length, 0, differences.slice(0, 5).join('\n'));
    assert.ok((taken['full'] ?? 0) > 0);
  });
});
