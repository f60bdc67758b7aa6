import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { findTemporalCli } from '../../setup/temporalCli.js';
import { resourcePath } from '../../src/config/resources.ts';
import type { RunSummary } from '../../src/report/runSummary.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { openHome } from '../support/rig.ts';

const bench = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
// Its smoke row is the embedded engine's, which has tests of its own.
const quickstart = [
  ...['--config', resourcePath('quickstart.yaml')],
  ...['--max-items', '3', '--set', 'suite.smoke=false'],
];

describe('the quick start on a real server and real Django', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-cli-'));
    await openHome(folder);
  });
  after(async () => {
    await stopDevServer();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (program: string, argv: readonly string[]) => {
    const child = spawn(program, argv, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, output: Promise.all([ended, text(child.stdout), text(child.stderr)]) };
  };
  const benchRun = (...argv: string[]) =>
    run(process.execPath, [bench, 'run', ...quickstart, '-o', folder, ...argv]);
  const scores = (json: string) =>
    (JSON.parse(json) as RunSummary[]).map(({ model, passed }) => [model, passed.passed, passed.of]);
  const expected = [...Array<string>(3).fill('reference'), ...Array<string>(3).fill('stub')].map((model) => [
    model,
    model === 'reference' ? 3 : 0,
    3,
  ]);

  test('is stopped by Ctrl-C in the middle, goes on with the same command, and says when all is done', async () => {
    const { child, output } = benchRun();
    await said(child, 'in flight');
    child.kill('SIGINT');
    const [code, , words] = await output;
    assert.equal(code, 130, words);
    assert.match(words, /the same command goes on where it stopped/);

    const [second, data, more] = await benchRun('--json').output;
    assert.equal(second, 0, more);
    assert.deepEqual(scores(data), expected);

    const [third, table, notice] = await benchRun().output;
    assert.equal(third, 0, notice);
    assert.match(notice, /All of it was finished before/);
    assert.match(table, /completion +reference +3 +100\.0 \[43\.9, 100\.0\]/);
  });

  test('prints what the files say', async () => {
    const path = join(folder, 'quickstart-django-completion-reference', 'results_short.jsonl');
    const rows = (await readFile(path, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    assert.equal(rows.length, 3);
    for (const row of rows) assert.ok('test_status' in row && row.test_status === 'OK');
  });

  test('is submitted, started by the Temporal CLI, and shown by status', async () => {
    const argv = [bench, 'submit', ...quickstart, '-o', join(folder, 'submitted'), '--wait', '--json'];
    const [code, data, words] = await run(process.execPath, argv).output;
    assert.equal(code, 0, words);
    assert.deepEqual(scores(data), expected);
    const worker = Number(/process (\d+)/.exec(words)?.[1]);
    assert.ok(worker > 0, 'a worker was started in the background');
    try {
      const [, status] = await run(process.execPath, [bench, 'status', '--json']).output;
      const { server, workers } = JSON.parse(status) as { server: { address: string }; workers: string[] };
      assert.equal(workers.length, 1);
      const config = {
        inference: { provider: 'reference' },
        data: { path: 'django-4.0.4-mini', max_items: 1 },
      };
      const input = JSON.stringify({
        config: { ...config, run_name: 'by-hand', paths: { output_folder: folder } },
      });
      const cli = await findTemporalCli();
      const start = [
        'workflow',
        'execute',
        '--type',
        'benchSuite',
        '--task-queue',
        'bench',
        '--input',
        input,
      ];
      const [ended, , why] = await run(cli?.path ?? '', [...start, '--address', server.address]).output;
      assert.equal(ended, 0, why);
      const summary = await readFile(
        join(folder, 'by-hand-django-method_gen_multiturn-reference', 'summary.json'),
        'utf8',
      );
      assert.equal((JSON.parse(summary) as RunSummary).passed.passed, 1);
    } finally {
      process.kill(worker, 'SIGTERM');
    }
  });
});

function said(child: ChildProcessByStdio<null, Readable, Readable>, words: string): Promise<void> {
  return new Promise((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => chunk.includes(words) && resolve());
    child.once('exit', () => resolve());
  });
}
