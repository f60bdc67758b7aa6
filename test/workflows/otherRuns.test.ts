import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { scriptedSandbox } from '../../benchmarks/orchestration/scriptedSandbox.ts';
import type { RunRequest, SuiteRequest } from '../../src/core/run.ts';
import type { RunSummary } from '../../src/report/runSummary.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import type { BenchWorker } from '../../src/temporal/worker.ts';
import { startMisbehavingServer, type MisbehavingServer } from '../support/misbehavingServer.ts';
import { openRig, type Rig } from '../support/rig.ts';

/** Wrong at first, and right from the second turn on for items with an even number. */
function answerOf({ messages }: { messages: readonly { role: string; content: string }[] }): string {
  const number = Number(/number of item (\d+)/.exec(messages.map(({ content }) => content).join('\n'))?.[1]);
  const turn = messages.filter(({ role }) => role === 'assistant').length + 1;
  return turn > 1 && number % 2 === 0
    ? '```python\ndef value(self):\n    number = 1\n    return number\n```'
    : `\`\`\`python\ndef value(self):\n    return -${turn}\n\`\`\``;
}

describe('answers of an earlier run', () => {
  let rig: Rig;
  let worker: BenchWorker;
  let model: MisbehavingServer;
  /** What the tests say, of all workers. */
  let verdictOf = (file: string): 'passed' | 'failed' => (/return number$/m.test(file) ? 'passed' : 'failed');

  before(async () => {
    rig = await openRig();
    worker = await rig.startWorker({ sandboxFor: () => scriptedSandbox((file) => verdictOf(file)) });
    model = await startMisbehavingServer({ answer: answerOf, models: ['test-model', 'other-model'] });
  });
  after(async () => {
    await worker.stop();
    await model.stop();
    await rig.close();
  });

  const suiteOf = (name: string, more: object = {}) =>
    rig.suite(6, {
      run_name: name,
      inference: {
        provider: 'openai',
        model_name: 'test-model',
        base_url: model.url,
        max_iter: 2,
        ...more,
      },
    });
  const submit = async (suite: SuiteRequest) => {
    const { handle } = await submitSuite(rig.client, suite, { fresh: false });
    const [result] = await handle.result();
    return { folder: result?.folder ?? '', turns: result?.counts.turns, passed: result?.counts.passed };
  };
  const summaryOf = async (folder: string) =>
    JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as RunSummary;
  const asked = async (work: () => Promise<unknown>): Promise<number> => {
    const before = model.requests.length;
    await work();
    return model.requests.length - before;
  };

  test('are taken by another run where the request is exactly the same, and only there', async () => {
    let first = '';
    assert.equal(await asked(async () => void (first = (await submit(await suiteOf('first'))).folder)), 12);
    let same = '';
    const again = await suiteOf('same', { replay: [first] });
    assert.equal(await asked(async () => void (same = (await submit(again)).folder)), 0);
    assert.equal((await summaryOf(same)).answers.replayed, 12);
    assert.equal((await summaryOf(same)).passed.passed, 3);

    let longer = '';
    const more = await suiteOf('longer', { replay: [first], max_iter: 3 });
    assert.equal(await asked(async () => void (longer = (await submit(more)).folder)), 3);
    const summary = await summaryOf(longer);
    assert.deepEqual([summary.answers.turns, summary.answers.replayed], [15, 12]);
    assert.match(
      summary.notes.join('\n'),
      /12 of 15 answers were replayed from other runs, 3 were asked anew/,
    );

    const seeded = await suiteOf('seeded', { replay: [first], model_args: { seed: 7 } });
    assert.equal(await asked(() => submit(seeded)), 12, 'another seed is another request');
    const shifted = await suiteOf('shifted', { replay: [first], samples: 2, model_args: { seed: 41 } });
    assert.equal(await asked(() => submit(shifted)), 12, 'the second sample has the seed of the first run');
  });

  test('are refused where no run asked the same model, before anything is asked', async () => {
    const { folder } = await submit(await suiteOf('mine'));
    const other = await suiteOf('other', { replay: [folder], model_name: 'other-model' });
    const none = await suiteOf('none', { replay: [rig.folder] });
    const count = await asked(async () => {
      await assert.rejects(submit(other), causedBy(/expected a run that asked the same model/));
      await assert.rejects(submit(none), causedBy(/expected the folder of a run to take answers from/));
    });
    assert.equal(count, 0);
  });

  test('are graded again without a request, and a turn that passes now is the last', async () => {
    const source = await submit(await suiteOf('graded'));
    assert.deepEqual([source.turns, source.passed], [12, 3]);
    const [request] = (await suiteOf('graded')).runs;
    assert.ok(request);
    const regrade = (name: string): SuiteRequest => {
      const run: RunRequest = { ...request, name, regradeOf: source.folder };
      return { name, runs: [run], notices: [] };
    };
    const judge = verdictOf;
    try {
      verdictOf = (file) => (/return -1$/m.test(file) ? 'passed' : 'failed');
      let kinder = { folder: '', turns: 0 as number | undefined, passed: 0 as number | undefined };
      // Another judge is another grading policy: reports that are kept say nothing about it.
      const lenient = regrade('lenient');
      const runs = lenient.runs.map((run) => ({ ...run, grading: { ...run.grading, strictShare: 0.5 } }));
      assert.equal(await asked(async () => void (kinder = await submit({ ...lenient, runs }))), 0);
      assert.deepEqual([kinder.turns, kinder.passed], [6, 6]);
      const summary = await summaryOf(kinder.folder);
      assert.match(summary.notes.join('\n'), /no model was asked/);

      verdictOf = () => 'failed';
      const strict = regrade('harder');
      const harder = await submit({
        ...strict,
        runs: strict.runs.map((run) => ({ ...run, grading: { ...run.grading, strictShare: 0.6 } })),
      });
      assert.deepEqual([harder.turns, harder.passed], [12, 0], 'no turn beyond those that were recorded');
    } finally {
      verdictOf = judge;
    }
  });

  test('that are not all there are graded as far as they are', async () => {
    const source = await submit(await suiteOf('partly'));
    const names = await readdir(join(source.folder, 'outcomes'));
    const [request] = (await suiteOf('partly')).runs;
    assert.ok(request && names[0] !== undefined);
    const path = join(source.folder, 'outcomes', names[0]);
    await rm(path);
    const run: RunRequest = { ...request, name: 'rest', regradeOf: source.folder };
    const rest = await submit({ name: 'rest', runs: [run], notices: [] });
    const summary = await summaryOf(rest.folder);
    assert.equal(summary.items.scored, 5);
    assert.deepEqual(summary.items.leftOut, { not_finished_there: 1 });
  });
});

/** The message may be wrapped by the engine. */
function causedBy(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    for (let cause = error; cause instanceof Error; cause = cause.cause)
      if (pattern.test(cause.message)) return true;
    return false;
  };
}
