import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { VerdictChanges } from '../../src/report/verdictChanges.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { writeRow } from '../support/oneRow.ts';
import { openHome } from '../support/rig.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';
import { benchHome } from '../../setup/home.js';
import { runBench } from './runBench.ts';

const item = 'django.core.paginator.Page.end_index';
/** Right, but it takes much memory. */
const greedy =
  '```python\ndef end_index(self):\n    bytes(600 << 20)\n' +
  '    if self.number == self.paginator.num_pages:\n        return self.paginator.count\n' +
  '    return self.number * self.paginator.per_page\n```';

describe('bench regrade on real Django', () => {
  let folder: string;
  let model: MisbehavingServer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-regrade-'));
    await openHome(folder);
    model = await startMisbehavingServer({ answer: () => greedy });
  });
  after(async () => {
    await stopDevServer();
    await model.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const bench = (...given: string[]) =>
    runBench(given, { cwd: folder, environment: { BENCH_HOME: benchHome() } });
  const memory = (limit: string) => ['--set', `grading.memory=${limit}`];

  test('gives another verdict under another limit, asks nobody, and says what changed', async () => {
    const inference = `inference={provider: openai, base_url: "${model.url}", model_name: test-model, max_iter: 1, sandbox_provider: bubblewrap}`;
    const run = await bench(
      ...['run', '--set', inference, '--set', `data.path=${await writeRow(folder, item)}`],
      ...['--run-name', 'greedy', ...memory('512MiB')],
    );
    assert.equal(run.exitCode, 0, run.stderr);
    assert.equal(model.requests.length, 1);
    const [name = ''] = await readdir(join(folder, 'results'));

    const again = await bench('regrade', join('results', name), ...memory('2GiB'), '--json');
    assert.equal(again.exitCode, 0, again.stderr);
    const [changes] = JSON.parse(again.stdout) as VerdictChanges[];
    assert.deepEqual([changes?.passedBefore, changes?.passedAfter, changes?.samples], [0, 1, 1]);
    assert.deepEqual(changes?.changes, [{ item, sample: 1, before: 'out_of_memory', after: 'passed' }]);
    assert.equal(model.requests.length, 1, 'nobody was asked');

    const same = await bench('regrade', join('results', name), ...memory('2GiB'));
    assert.match(same.stdout, /1 of 1 verdicts differ from greedy-.*; passed 0 before, 1 now/);
    assert.match(same.stdout, /end_index +out_of_memory +passed/);
  });

  test('refuses what is no run, and what belongs to the questions', async () => {
    const none = await bench('regrade', 'nowhere');
    assert.match(none.stderr, /There is no folder .*nowhere/);
    const asked = await bench('regrade', 'results', '--set', 'inference.max_iter=3');
    assert.match(asked.stderr, /expected a key of grading, docker, .* found inference\.max_iter/);
    assert.deepEqual([none.exitCode, asked.exitCode], [2, 2]);
    const replayed = await bench('run', '--set', 'inference.provider=stub', '--replay', 'nowhere');
    assert.match(replayed.stderr, /There is no folder .*nowhere/);
    assert.equal(replayed.exitCode, 2);
  });
});
