import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type { ShownGrade } from '../../src/cli/gradeOnce.ts';
import type { Row } from '../../src/core/row.ts';
import { referenceMethod } from '../../src/core/rowHelpers.ts';
import { readDataset } from '../../src/dataset/readDataset.ts';
import { benchHome } from '../../setup/home.js';
import { resourcesFolder } from '../../src/environments/index.ts';
import { djangoEnvironment } from '../sandbox/support/candidates.ts';
import { runBench, temporaryFolder } from './runBench.ts';

const shipped = 'django-4.0.4';
const item = 'django.core.paginator.Page.end_index';

describe('bench grade', () => {
  const cwd = temporaryFolder();
  const environment = { BENCH_HOME: benchHome() };
  const grade = (...given: string[]) =>
    runBench(['grade', '--item', item, '--dataset', shipped, ...given], { cwd, environment });
  const shown = async (...given: string[]): Promise<ShownGrade> =>
    JSON.parse((await grade(...given, '--json')).stdout) as ShownGrade;
  let row: Row;

  before(async () => {
    await djangoEnvironment();
    const dataset = await readDataset(join(resourcesFolder(), 'datasets', `${shipped}.jsonl.gz`));
    const found = dataset.rows.find(({ dp_id }) => dp_id === item);
    assert.ok(found);
    row = found;
  });

  it('passes the reference, and names the held-out tests only when they are asked for', async () => {
    const visible = await grade('--reference');
    assert.equal(visible.exitCode, 0, visible.stderr);
    const heldOut = row.triathlon?.held_out_tests ?? [];
    assert.ok(heldOut.length > 0);
    assert.deepEqual(
      heldOut.filter((test) => visible.stdout.includes(test)),
      [],
    );
    const all = await shown('--reference', '--tests', 'all');
    assert.deepEqual(
      all.lists.map(({ list }) => list),
      ['visible', 'held_out'],
    );
    assert.deepEqual(all.verdict, { kind: 'passed' });
  });

  it('takes a method, a whole file, or an answer with fences', async () => {
    const files = {
      'method.py': referenceMethod(row),
      'file.py': row.raw_file_content,
      'answer.md': `Here it is:\n\n\`\`\`python\n${referenceMethod(row)}\n\`\`\`\n`,
    };
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(cwd, name), content);
      const found = await shown('--candidate', name);
      assert.deepEqual([name, found.verdict], [name, { kind: 'passed' }]);
    }
  });

  it('shows which tests failed and why, and leaves the tree with the command that fails the same by hand', async () => {
    const found = await shown('--bug', '--task', 'program_repair', '--keep');
    assert.deepEqual(found.verdict, { kind: 'failed' });
    const failing = found.lists.flatMap(({ tests }) =>
      tests.filter(({ expected, found: is }) => expected !== is),
    );
    assert.ok(failing.length > 0 && failing.every(({ message }) => message !== ''));
    assert.ok(found.kept);
    try {
      const spliced = readFileSync(join(found.kept.folder, 'source', found.filePath), 'utf8');
      assert.equal(spliced, row.file_with_buggy_method);
      const byHand = await promisify(execFile)('sh', ['-c', found.kept.command]).catch(
        (error: unknown) => error,
      );
      assert.ok(byHand instanceof Error && 'stdout' in byHand, 'the tests passed by hand');
      for (const { id, found: status } of failing) {
        assert.match(String(byHand.stdout), new RegExp(`^${status} +${id.replaceAll('.', '\\.')}$`, 'm'));
      }
    } finally {
      rmSync(found.kept.folder, { recursive: true, force: true });
    }
  });

  it('leaves nothing behind without --keep', async () => {
    const home = { ...environment, TMPDIR: cwd };
    await runBench(['grade', '--item', item, '--dataset', shipped, '--stub'], { cwd, environment: home });
    assert.deepEqual(
      readdirSync(cwd).filter((name) => name.startsWith('bench-grade-')),
      [],
    );
  });

  it('says what an answer lacked that could not be run', async () => {
    writeFileSync(join(cwd, 'other.py'), 'def other():\n    pass\n');
    const { exitCode, stdout } = await grade('--candidate', 'other.py');
    assert.equal(exitCode, 1);
    assert.match(
      stdout,
      /verdict +unusable answer \(another name\)\nwhy +Expected Page\.end_index, found other/,
    );
  });

  it('refuses what it cannot know, in a line', async () => {
    const cases: readonly (readonly [RegExp, readonly string[]])[] = [
      [/Expected one of --candidate .* found none/, []],
      [/found --reference and --stub/, ['--reference', '--stub']],
      [/--candidate: cannot read gone\.py/, ['--candidate', 'gone.py']],
      [/--lane: grading\.lane must be one of .*found "quick"/, ['--stub', '--lane', 'quick']],
      [/benchmark must be one of .*found "guess"/, ['--stub', '--task', 'guess']],
    ];
    for (const [message, given] of cases) {
      const { exitCode, stderr } = await grade(...given);
      assert.match(stderr, message);
      assert.equal(exitCode, 2);
    }
    const near = await runBench(['grade', '--item', `${item}s`, '--dataset', shipped, '--stub'], {
      cwd,
      environment,
    });
    assert.match(near.stderr, /did you mean django\.core\.paginator\.Page\.end_index\?/);
  });
});
