import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { withLock } from '../../setup/lock.js';
import { needs } from '../../setup/needs.js';
import { isSameProcess, startTimeOf } from '../../setup/processIdentity.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
let folder: string;

describe('set-up', () => {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-setup-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('says nothing when nothing is missing', async () => {
    const { stdout, stderr } = await setUp([], {});
    assert.equal(stdout + stderr, '');
  });

  test('says in two lines what is wrong and what to do, and ends with 2', async () => {
    const failure = await setUp(['--only', 'temporal'], { BENCH_TEMPORAL_CLI: '/bin/true' }).catch(
      (error: { code: number; stderr: string }) => error,
    );
    assert.ok('code' in failure);
    assert.equal(failure.code, 2);
    const lines = failure.stderr.trim().split('\n');
    assert.match(lines[0] ?? '', /\/bin\/true \(BENCH_TEMPORAL_CLI\) is not a Temporal CLI/);
    assert.match(lines.at(-1) ?? '', /what to do: .*BENCH_TEMPORAL_CLI/);
    assert.ok(lines.length <= 3);
  });

  test('says that bubblewrap is there but forbidden', async () => {
    const code = `
      const { bubblewrap } = await import(${JSON.stringify(join(root, 'setup/needs/bubblewrap.js'))});
      console.log(JSON.stringify(await bubblewrap.check({ thorough: true })));`;
    const forbidding = [
      '--unshare-user',
      '--disable-userns',
      '--bind',
      '/',
      '/',
      '--dev',
      '/dev',
      '--proc',
      '/proc',
    ];
    const node = [process.execPath, '--input-type=module', '-e', code];
    const found = JSON.parse((await run('bwrap', [...forbidding, ...node])).stdout);
    assert.equal(found.works, false);
    assert.match(found.detail, /^installed, but does not work here, because .+ \(".+"\)$/);
    assert.ok(found.hint.length > 0);
  });

  test('installs npm packages again when an installation was interrupted', async () => {
    const project = join(folder, 'project');
    await makeProject(project);
    assert.equal(await packagesWork(project), false);
    await run(process.execPath, [join(project, 'setup/setup.js'), '--only', 'packages'], {
      env: homeIn(folder),
    });
    assert.equal(await packagesWork(project), true);
    // npm writes this file last.
    await rm(join(project, 'node_modules/.package-lock.json'));
    assert.equal(await packagesWork(project), false);
  });

  test('knows every need by a name of its own, with something to do', () => {
    assert.equal(new Set(needs.map((need) => need.name)).size, needs.length);
    for (const need of needs) assert.ok(need.hint.length > 0, need.name);
  });
});

describe('a lock', () => {
  test('lets one process in at a time', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'bench-lock-')), 'lock');
    const events: string[] = [];
    const enter = (name: string) =>
      withLock({ path, waitSeconds: 10 }, async () => {
        events.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 50));
        events.push(`${name} out`);
      });
    await Promise.all([enter('a'), enter('b'), enter('c')]);
    for (let i = 0; i < 6; i += 2) assert.equal(events[i]?.[0], events[i + 1]?.[0]);
    await assert.rejects(stat(path));
    await rm(join(path, '..'), { recursive: true });
  });

  test('of a process that was killed is taken over', async () => {
    const home = await mkdtemp(join(tmpdir(), 'bench-lock-'));
    const path = join(home, 'lock');
    const code = `
      const { withLock } = await import(${JSON.stringify(join(root, 'setup/lock.js'))});
      await withLock({ path: ${JSON.stringify(path)}, waitSeconds: 1 }, () => {
        console.log('in');
        return new Promise(() => setInterval(() => {}, 1000));
      });`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', code]);
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    await assert.rejects(
      withLock({ path, waitSeconds: 0.2 }, async () => undefined),
      /is held by process/,
    );
    holder.kill('SIGKILL');
    assert.equal(await withLock({ path, waitSeconds: 10 }, async () => 'taken'), 'taken');
    await rm(home, { recursive: true });
  });

  test('knows a process from another one with the same id', () => {
    const startTime = startTimeOf(process.pid);
    assert.ok(startTime);
    assert.equal(isSameProcess({ pid: process.pid, startTime }), true);
    assert.equal(isSameProcess({ pid: process.pid, startTime: 'yesterday' }), false);
  });
});

function setUp(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const env = { ...process.env, ...environment };
  return run(process.execPath, [join(root, 'setup/setup.js'), ...args], { env });
}

async function makeProject(project: string): Promise<void> {
  await mkdir(join(project, 'dependency'), { recursive: true });
  await cp(join(root, 'setup'), join(project, 'setup'), { recursive: true });
  const dependency = { name: 'dependency', version: '1.0.0' };
  await writeFile(join(project, 'dependency/package.json'), JSON.stringify(dependency));
  const own = {
    name: 'p',
    version: '1.0.0',
    type: 'module',
    dependencies: { dependency: 'file:dependency' },
  };
  await writeFile(join(project, 'package.json'), JSON.stringify(own));
  await run('npm', ['install', '--package-lock-only'], { cwd: project });
  assert.match(await readFile(join(project, 'package-lock.json'), 'utf8'), /"node_modules\/dependency"/);
}

async function packagesWork(project: string): Promise<boolean> {
  const { packages } = await import(join(project, 'setup/needs/packages.js'));
  return (await packages.check({ thorough: false })).works;
}

function homeIn(parent: string): NodeJS.ProcessEnv {
  return { ...process.env, BENCH_HOME: join(parent, 'home') };
}
