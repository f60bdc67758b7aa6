import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { benchHome } from '../../../setup/home.js';
import { djangoEnvironment } from '../../sandbox/support/candidates.ts';
import { processesWith } from '../../sandbox/support/processes.ts';
import { startEngine } from './engine.ts';

describe("the tests' own Docker engine", () => {
  it('leaves no process, mount, folder or variable when it is stopped', async (context) => {
    const before = process.env['DOCKER_HOST'];
    const engine = await startEngine(await djangoEnvironment());
    if (engine.missing !== false) return context.skip(engine.missing);
    const folder = dirname((process.env['DOCKER_HOST'] ?? '').slice('unix://'.length));
    const running = processesWith(folder);
    assert.ok(running.length >= 2, 'dockerd and containerd');
    await engine.stop();
    assert.deepEqual([existsSync(folder), processesWith(folder)], [false, []]);
    const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
    const home = join(benchHome(), 'test-engine');
    assert.deepEqual(
      mounts.filter((line) => line.includes(folder) || line.includes(home)),
      [],
    );
    assert.equal(process.env['DOCKER_HOST'], before);
  });
});
