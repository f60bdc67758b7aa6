import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { benchHome } from '../../setup/home.js';
import { resourcePath } from '../../src/config/resources.ts';
import type { RunRecord } from '../../src/core/run.ts';
import { findKnown } from '../../src/models/serving/embedded/knownWeights.ts';
import { readServerRecords } from '../../src/models/serving/serverRecords.ts';
import type { RunSummary } from '../../src/report/runSummary.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { openHome } from '../support/rig.ts';

const bench = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

describe('the quick start with a real model in the embedded engine', () => {
  let folder: string;
  let machine: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-cli-'));
    machine = benchHome();
    await openHome(folder);
  });
  after(async () => {
    await stopDevServer();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (...argv: string[]) => {
    const given = ['run', '--config', resourcePath('quickstart.yaml'), '--max-items', '1', '-o', folder];
    const child = spawn(process.execPath, [bench, ...given, '--json', ...argv], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const [code, data, words] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    assert.equal(code, 0, words);
    const summaries = JSON.parse(data) as RunSummary[];
    return { words, scores: summaries.map(({ model, passed }) => `${model} ${passed.passed}/${passed.of}`) };
  };

  test('goes on without the smoke row where the engine cannot be had, and says so in one line', async () => {
    process.env['BENCH_OFFLINE'] = '1';
    const { words, scores } = await run('--run-name', 'offline', '--set', 'suite.tasks=[completion]');
    delete process.env['BENCH_OFFLINE'];
    assert.deepEqual(scores, ['reference 1/1', 'stub 0/1']);
    assert.match(
      words,
      /^The smoke row is left out: The embedded engine is not in .*BENCH_OFFLINE is set\.$/m,
    );
  });

  test('shows three rows, keeps the digest of the weights in the lock, and leaves no server', async () => {
    for (const shared of ['tools', 'models']) {
      await mkdir(join(machine, shared), { recursive: true });
      await symlink(join(machine, shared), join(folder, 'home', shared));
    }
    const { words, scores } = await run('--set', 'suite.tasks=[completion]');
    assert.deepEqual(scores.slice(0, 2), ['reference 1/1', 'stub 0/1']);
    assert.match(scores[2] ?? '', /^smollm2-135m \(smoke\) [01]\/1$/);
    assert.match(words, /Starting the embedded engine for smollm2-135m, port \d+/);
    assert.deepEqual(await readServerRecords(), []);
    const path = join(folder, 'quickstart-django-completion-smollm2-135m-smoke', 'run.json');
    const { lock } = JSON.parse(await readFile(path, 'utf8')) as RunRecord;
    assert.equal(lock['weights'], `sha256:${findKnown('smollm2-135m')?.sha256}`);
    assert.match(lock['embedded.engine'] ?? '', /node-llama-cpp/);
  });
});
