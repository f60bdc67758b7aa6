import assert from 'node:assert/strict';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import { resourcesFolder } from '../../src/environments/index.ts';
import { composePorts } from '../../src/temporal/composePorts.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import type { BenchWorker } from '../../src/temporal/worker.ts';
import { djangoEnvironment } from '../sandbox/support/candidates.ts';
import { spawnServer } from '../sandbox/support/sandboxServers.ts';
import { openRig, type Rig } from '../support/rig.ts';

/** Together more than a worker takes for sandboxes on its own cores. */
const slots = 3 * availableParallelism();

describe('two sandbox servers', () => {
  let rig: Rig;
  let worker: BenchWorker;
  let ports: Awaited<ReturnType<typeof composePorts>>;
  let servers: Awaited<ReturnType<typeof spawnServer>>[];

  before(async () => {
    await djangoEnvironment();
    rig = await openRig();
    const flags = ['--port', '0', '--quiet', '--provider', 'bubblewrap', '--slots', String(slots)];
    servers = await Promise.all([spawnServer(flags), spawnServer(flags)]);
    process.env['SANDBOX_URL'] = servers.map(({ url }) => url).join(',');
    ports = await composePorts();
    worker = await rig.startWorker(ports);
  });
  after(async () => {
    await worker.stop();
    await ports.close();
    await Promise.all(
      servers.map(async ({ child }) => {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }),
    );
    await rig.close();
  });

  const running = async (url: string): Promise<number> => {
    const health = (await (await fetch(`${url}/healthz`)).json()) as { running: number };
    return health.running;
  };

  test('work at the same time, and on more than this machine would by itself', async () => {
    const suite = resolveSuite(
      loadConfig({
        document: {
          run_name: 'elsewhere',
          data: { path: join(resourcesFolder(), 'datasets', 'django-4.0.4.jsonl.gz'), max_items: 24 },
          paths: { output_folder: join(rig.folder, 'results') },
          inference: { provider: 'reference', sandbox_provider: 'restapi' },
          grading: { lane: 'strict' },
        },
      }),
    );
    const { handle } = await submitSuite(rig.client, suite, { fresh: false });
    const seen: number[][] = [];
    const result = handle.result();
    let isOver = false;
    const end = result.finally(() => void (isOver = true));
    while (!isOver) seen.push(await Promise.all(servers.map(({ url }) => running(url))));
    await end;
    const most = Math.max(...seen.map(([one = 0, other = 0]) => (one > 0 && other > 0 ? one + other : 0)));
    assert.ok(most > 4 * availableParallelism(), `at most ${most} at a time, ${slots} slots each`);
    const store = ports.openStore(join(rig.folder, 'results', suite.runs[0]?.name ?? ''));
    assert.equal((await store.list('outcomes')).length, 24);
  });
});
