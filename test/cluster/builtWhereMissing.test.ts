import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { benchHome } from '../../setup/home.js';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { environmentDigest } from '../../src/environments/environmentDigest.ts';
import { findPython } from '../../src/environments/findPython.ts';
import { readRepositorySpec } from '../../src/environments/index.ts';
import { clusterView } from '../../src/temporal/clusterView.ts';
import { connectClient, findServer, type Server } from '../../src/temporal/connection.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { runBench } from '../cli/runBench.ts';
import { exampleRow } from '../dataset/exampleRow.ts';
import { localRepository, type LocalRepository } from '../environments/localRepository.ts';
import { startHost, type Host } from '../support/host.ts';
import { openHome } from '../support/rig.ts';

const whyUnable = /Expected one of Python 3\.\d+ .*, found none that works/;

const row = exampleRow();
const tests = `import unittest
from pkg.a import A
class T(unittest.TestCase):
    def test_f(self):
        self.assertEqual(A().f(1), 2)
`;

/** A repository in a folder that all hosts see, one row of it, and a configuration that runs this row. */
async function writeConfig(folder: string, { spec: path }: LocalRepository): Promise<string> {
  const spec = await readRepositorySpec(path);
  const { minor } = await findPython(spec.python.prefer, () => undefined);
  const passing = 'tests.test_a.T.test_f';
  const proved = exampleRow({
    tests: { full_paths: [passing], time_test_norm: null },
    triathlon: {
      schema: 1,
      qualified_name: 'A.f',
      environment: environmentDigest(spec, minor),
      held_out_tests: [],
      expected_statuses: { [passing]: 'passed' },
      reference_seconds: { visible: 0.1, held_out: 0 },
      load_bearing: true,
      single_test: true,
    },
  });
  await writeFile(join(folder, 'rows.jsonl'), `${JSON.stringify(proved)}\n`);
  const config = join(folder, 'config.yaml');
  await writeFile(
    config,
    JSON.stringify({
      repository: path,
      benchmark: 'method_gen_multiturn',
      data: { path: join(folder, 'rows.jsonl') },
      paths: { output_folder: join(folder, 'results') },
      inference: { provider: 'reference', sandbox_provider: 'bubblewrap' },
    }),
  );
  return config;
}

async function until(isTrue: () => boolean | Promise<boolean>, what: () => string): Promise<void> {
  const deadline = performance.now() + 300_000;
  while (!(await isTrue())) {
    assert.ok(performance.now() < deadline, what());
    await sleep(500);
  }
}

describe('an environment that is not there', () => {
  let folder: string;
  let repository: LocalRepository;
  let config: string;
  let bundles: string;
  let server: Server;
  let client: Client;
  /** Of a host with bubblewrap and no Python. */
  let unable: { readonly PATH: string };
  /** The home that gets the environment first. */
  let laptop: string;
  const hosts: Host[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-missing-'));
    bundles = join(benchHome(), 'workflow-bundles');
    await mkdir(bundles, { recursive: true });
    await openHome(folder);
    const home = benchHome();
    repository = await localRepository(
      {
        'pkg/__init__.py': '',
        'pkg/a.py': row.raw_file_content,
        'tests/__init__.py': '',
        'tests/test_a.py': tests,
      },
      { targets: ['pkg'], check_module: 'pkg' },
    );
    process.env['BENCH_HOME'] = home;
    config = await writeConfig(folder, repository);
    unable = { PATH: join(folder, 'programs') };
    await mkdir(unable.PATH);
    await symlink(execFileSync('which', ['bwrap'], { encoding: 'utf8' }).trim(), join(unable.PATH, 'bwrap'));
    server = await findServer({ address: null, namespace: null, start: true });
    client = await connectClient(server);
  });
  after(async () => {
    for (const host of hosts) await host.stop();
    await client.connection.close();
    await stopDevServer();
    repository[Symbol.dispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** A home without environments. */
  const emptyHome = async (name: string): Promise<string> => {
    const home = join(folder, name);
    await mkdir(home);
    await symlink(bundles, join(home, 'workflow-bundles'));
    return home;
  };

  test('is built by the command that needs it; where that is impossible it says why, and the same command goes on later', async () => {
    laptop = await emptyHome('laptop');
    const environment = { BENCH_HOME: laptop, TEMPORAL_ADDRESS: server.address };
    const argv = ['run', '--config', config, '--output', join(folder, 'of-laptop')];
    const run = (more: Record<string, string>) =>
      runBench(argv, { cwd: folder, environment: { ...environment, ...more }, timeoutSeconds: 300 });
    const failed = await run(unable);
    assert.equal(failed.exitCode, 2, failed.stderr);
    assert.match(failed.stderr, whyUnable);
    const done = await run({});
    assert.equal(done.exitCode, 0, done.stderr);
    assert.match(done.stderr, /^building on \S+: Local/m);
    assert.match(done.stdout, /100/);
  });

  const openHost = async (name: string, environment: Record<string, string> = {}): Promise<Host> => {
    const home = environment['BENCH_HOME'] ?? (await emptyHome(name));
    const host = await startHost({ server, home, role: name.split('-')[0] ?? '', environment });
    hosts.push(host);
    return host;
  };

  test('ends nothing while another host may have it, and is built by one that comes', async () => {
    const [, one, two] = await Promise.all([
      openHost('workflow'),
      openHost('sandbox-1', unable),
      openHost('sandbox-2', unable),
    ]);
    const waits: string[] = [];
    const onWait = (line: string): void => void waits.push(line);
    const submitting = submitSuite(client, resolveSuite(loadConfig({ path: config })), {
      fresh: false,
      onWait,
    });
    submitting.catch(() => undefined);
    await until(
      () => waits.some((line) => /attempt \d+: On \S+: /.test(line) && whyUnable.test(line)),
      () => waits.join('\n'),
    );
    const able = await openHost('sandbox-3', { BENCH_HOME: laptop });
    await Promise.all([one.stop(), two.stop()]);
    const { handle } = await submitting;

    // Nobody asks the model yet: the run is open, and hosts come that lack its environment.
    const [late, never] = await Promise.all([openHost('sandbox-4'), openHost('sandbox-5', unable)]);
    const reasons: string[] = [];
    const lookAt = async (host: Host): Promise<void> => {
      const { workers } = await clusterView(client);
      const found = workers.find(({ identity }) => identity.startsWith(`bench-${host.process.pid}@`));
      reasons.push(...Object.values(found?.reasons ?? {}));
    };
    await until(
      async () => {
        await lookAt(late);
        return late.words().includes('Local is built: this host takes its work from now on');
      },
      () => late.words(),
    );
    assert.ok(
      reasons.some((words) => /^Local is being built here since \d\d:\d\d:\d\dZ$/.test(words)),
      reasons.join('\n'),
    );
    await until(
      async () => {
        await lookAt(never);
        return reasons.some((words) => whyUnable.test(words));
      },
      () => reasons.join('\n'),
    );
    assert.match(never.words(), /Local could not be built here, tried again in 10 minutes: Expected one of/);
    assert.match(never.words(), /no work from bench-sandbox-\S+ here while another worker can do it/);
    const { stdout } = await runBench(['cluster'], {
      cwd: folder,
      environment: { TEMPORAL_ADDRESS: server.address },
    });
    assert.match(
      stdout,
      /takes nothing from bench-sandbox-\S+: .*It could not be built here: Expected one of/,
    );

    await able.stop();
    await openHost('model');
    const [result] = await handle.result();
    assert.deepEqual([result?.counts.finished, result?.counts.unscored], [1, 0]);
    const builtBy = (home: string): Promise<string[]> =>
      readdir(join(folder, home, 'environments')).catch(() => []);
    assert.deepEqual([(await builtBy('sandbox-4')).length, (await builtBy('sandbox-5')).length], [1, 0]);
  });
});
