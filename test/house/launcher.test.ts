import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const root = join(import.meta.dirname, '../..');
const pathWithoutOurs = (process.env['PATH'] ?? '')
  .split(':')
  .filter((folder) => !folder.includes('node_modules'))
  .join(':');
const systemNode = execFileSync('/bin/sh', ['-c', 'command -v node'], {
  env: { ...process.env, PATH: pathWithoutOurs },
  encoding: 'utf8',
}).trim();

describe('bin/bench.js', () => {
  for (const [whose, node] of [
    ['our own Node', process.execPath],
    ["the system's Node", systemNode],
  ] as const) {
    test(`passes output and exit code on with ${whose}`, async () => {
      const home = await mkdtemp(join(tmpdir(), 'bench-launcher-'));
      const status = await bench(node, ['server', 'status', '--json'], home);
      assert.deepEqual(
        { ...status, stdout: JSON.parse(status.stdout) },
        { code: 1, stdout: { state: 'stopped' } },
      );
      assert.equal((await bench(node, ['server', 'start', '--port', 'x'], home)).code, 2);
      await rm(home, { recursive: true });
    });
  }
});

function bench(
  node: string,
  args: readonly string[],
  home: string,
): Promise<{ code: number; stdout: string }> {
  const env = { ...process.env, BENCH_HOME: home, PATH: pathWithoutOurs };
  return new Promise((resolve) => {
    execFile(node, [join(root, 'bin/bench.js'), ...args], { env, cwd: home }, (error, stdout) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout });
    });
  });
}
