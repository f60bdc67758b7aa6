import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { resourcePath } from '../../src/config/resources.ts';
import type { Outcome } from '../../src/core/records.ts';
import type { Row } from '../../src/core/row.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { composePorts } from '../../src/temporal/composePorts.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import type { BenchWorker } from '../../src/temporal/worker.ts';
import { openRig, type Rig } from '../support/rig.ts';

const shipped = resourcePath('datasets/django-4.0.4-mini.jsonl.gz');

describe('a real candidate in the real sandbox', () => {
  let rig: Rig;
  let worker: BenchWorker;
  let ports: Awaited<ReturnType<typeof composePorts>>;
  let row: Row;

  before(async () => {
    rig = await openRig();
    ports = await composePorts();
    worker = await rig.startWorker(ports);
    const { rows } = await readDataset(shipped);
    const found = rows.find(({ triathlon, class_name }) => class_name !== null && !triathlon?.load_bearing);
    assert.ok(found);
    row = found;
  });
  after(async () => {
    await worker.stop();
    await ports.close();
    await rig.close();
  });

  /** Each answer is a sample of its own; gives back the outcome. */
  async function grade(task: string, answers: readonly object[], parameters?: object): Promise<Outcome> {
    // Only the answers that hang need a short limit; a whole class is always imported anew.
    const floorSeconds = parameters === undefined ? 4 : 60;
    const script = join(rig.folder, `${task}.json`);
    await writeFile(
      script,
      JSON.stringify({ answers: answers.map((answer, sample) => ({ sample, ...answer })) }),
    );
    const data = join(rig.folder, 'row.jsonl');
    await writeFile(data, `${JSON.stringify(row)}\n`);
    const suite = await rig.suite(1, {
      run_name: `verdicts-${task}`,
      benchmark: task,
      benchmark_parameters: parameters ?? {},
      data: { path: data },
      grading: { time_limit_floor_seconds: floorSeconds, time_limit_factor: 1 },
      inference: {
        provider: 'scripted',
        script,
        sandbox_provider: 'local',
        max_iter: 1,
        samples: answers.length,
      },
    });
    const { handle } = await submitSuite(rig.client, suite, { fresh: false });
    const [result] = await handle.result();
    assert.equal(result?.counts.unscored, 0, JSON.stringify(await attempts(result?.folder ?? '')));
    const folder = join(result?.folder ?? '', 'outcomes');
    const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.json'));
    const outcome = await readFile(join(folder, name), 'utf8');
    return JSON.parse(outcome) as Outcome;
  }

  const kinds = ({ samples }: Outcome): string[] =>
    samples.map(({ turns }) => {
      const verdict = turns.at(-1)?.verdict;
      return verdict?.kind === 'unusable_answer'
        ? `${verdict.kind}: ${verdict.reason}`
        : (verdict?.kind ?? '');
    });

  test('gets each of the verdicts that there are', async () => {
    const body = (...lines: string[]): object => ({
      text: `\`\`\`python\n${row.method.declaration}\n${lines.map((line) => `        ${line}`).join('\n')}\n\`\`\``,
    });
    const outcome = await grade('method_gen_multiturn', [
      { use: 'reference' },
      { use: 'stub' },
      body('while True:', '    pass'),
      body('return bytearray(5_000_000_000)'),
      body('import os', 'os.abort()'),
      body('import os', 'print("OK")', 'os._exit(0)'),
      body('return ('),
      { text: 'I would rather not.' },
      { text: '```python\ndef quite_another_name(self):\n    return 1\n```' },
      { use: 'stub', finish_reason: 'content_filter' },
      { text: '' },
      { fault: { kind: 'prompt_too_long' } },
    ]);
    assert.deepEqual(kinds(outcome), [
      'passed',
      'failed',
      'timed_out',
      'out_of_memory',
      'crashed',
      'crashed',
      'syntax_error',
      'unusable_answer: no_code',
      'unusable_answer: another_name',
      'unusable_answer: refused',
      'unusable_answer: empty',
      'unusable_answer: prompt_too_long',
    ]);
  });

  test('that is a whole class passes when it is the reference, and fails when its methods do nothing', async () => {
    const target = { method_gen_multiturn: { gen_target: 'class' } };
    const outcome = await grade('method_gen_multiturn', [{ use: 'reference' }, { use: 'stub' }], target);
    assert.equal(outcome.dp_id, row.dp_id.replace(/\.[^.]+$/, ''));
    assert.deepEqual(kinds(outcome), ['passed', 'failed']);
  });

  test('that changes another method is a wrong target, and one that repairs the right one passes', async () => {
    const other = [...row.raw_file_content.matchAll(/^ {4}def (\w+)\(self/gm)]
      .map(([, name]) => name)
      .find((name, _, all) => name !== row.method.name && all.filter((one) => one === name).length === 1);
    assert.ok(other);
    const outcome = await grade('program_repair', [
      { use: 'reference' },
      { text: `\`\`\`python\ndef ${other}(self):\n    return None\n\`\`\`` },
    ]);
    assert.deepEqual(kinds(outcome), ['passed', 'wrong_target']);
    assert.deepEqual(
      outcome.samples.map(({ turns }) => turns[0]?.metrics.matchMethodName),
      [true, false],
    );
  });
});

async function attempts(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'attempts'), { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json'));
  return Promise.all(files.map((name) => readFile(join(folder, 'attempts', name), 'utf8')));
}
