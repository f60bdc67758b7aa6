import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { suiteId } from '../../workflows/workflowIds.ts';
import * as messages from '../../workflows/messages.ts';
import type { ShownGrade } from '../../src/cli/gradeOnce.ts';
import type { RunRecord } from '../../src/core/run.ts';
import { benchHome } from '../../setup/home.js';
import { composePorts } from '../../src/temporal/composePorts.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import type { BenchWorker } from '../../src/temporal/worker.ts';
import { writeRow } from '../support/oneRow.ts';
import { openRig, type Rig } from '../support/rig.ts';
import { runBench } from './runBench.ts';

const item = 'django.core.paginator.Page.end_index';

describe('a candidate that a run recorded', () => {
  let rig: Rig;
  let worker: BenchWorker;
  let ports: Awaited<ReturnType<typeof composePorts>>;
  let folder: string;
  let notices: readonly string[];

  before(async () => {
    rig = await openRig();
    ports = await composePorts();
    worker = await rig.startWorker(ports);
    const path = await writeRow(rig.folder, item);
    const inference = { provider: 'stub', sandbox_provider: 'local', max_iter: 2 };
    const suite = await rig.suite(1, { data: { path }, inference });
    const { handle, suite: name } = await submitSuite(rig.client, suite, { fresh: false });
    const [result] = await handle.result();
    folder = result?.folder ?? '';
    const planned = await rig.client.workflow.getHandle(suiteId(name)).query(messages.suiteRuns);
    notices = planned?.notices ?? [];
  });
  after(async () => {
    await worker.stop();
    await ports.close();
    await rig.close();
  });

  const grade = (...given: string[]) =>
    runBench(['grade', '--run', folder, '--item', item, ...given], {
      cwd: rig.folder,
      environment: { BENCH_HOME: benchHome() },
    });

  it('is graded again, beside what the run said', async () => {
    const { stdout, stderr, exitCode } = await grade('--json');
    assert.equal(exitCode, 1, stderr);
    const { verdict, recorded, task } = JSON.parse(stdout) as ShownGrade;
    assert.equal(task, 'method_gen_multiturn');
    assert.deepEqual(verdict, { kind: 'failed' });
    assert.deepEqual(recorded, { turn: 2, verdict: { kind: 'failed' } });
    assert.match((await grade('--turn', '1')).stdout, /recorded +failed, in turn 1 of the run/);
  });

  it('must be there', async () => {
    const gone = await grade('--turn', '7');
    assert.match(gone.stderr, /no such sample or turn; there are sample 1: turns 1 to 2/);
    assert.equal(gone.exitCode, 2);
  });

  it('was graded by the provider that local became, which the run records and says', () => {
    const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunRecord;
    const { provider } = record.request.grading;
    assert.ok(provider === 'bubblewrap' || provider === 'docker', provider);
    assert.equal(record.lock['grading.provider'], JSON.stringify(provider));
    assert.ok(
      notices.some((notice) => notice.startsWith(`inference.sandbox_provider local: ${provider}, for `)),
    );
  });
});
