import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { benchHome } from '../../setup/home.js';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { resolveSuite } from '../../src/config/resolveSuite.ts';
import type { SuiteRequest } from '../../src/core/run.ts';
import { connectClient, findServer, type Server } from '../../src/temporal/connection.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { submitSuite } from '../../src/temporal/submitSuite.ts';
import { knowingModel } from '../chaos/answers.ts';
import { startHost, type Host } from '../support/host.ts';
import { startMisbehavingServer } from '../support/misbehavingServer.ts';
import { openHome } from '../support/rig.ts';
import { clusterGap, startTemporalCluster } from '../support/temporalCluster.ts';
import { withoutLaneNotes } from '../support/laneNotes.ts';

const items = 3;
const gap = await clusterGap();

describe('the same config and the same model', { skip: gap ?? false }, () => {
  test('give the same files on a laptop and on a cluster', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-same-'));
    // PostgreSQL's own user has to reach its folder.
    await chmod(folder, 0o755);
    // The folder goes last: it says which server is to be stopped.
    const undo = [() => rm(folder, { recursive: true, force: true })];
    context.after(async () => {
      for (const step of undo.toReversed()) await step();
    });
    const answer = await knowingModel(suiteOf(folder, 'http://127.0.0.1:1/v1'));
    const model = await startMisbehavingServer({ answer });
    undo.push(() => model.stop());
    const cluster = await startTemporalCluster(join(folder, 'cluster'));
    undo.push(() => cluster.stop());
    await openHome(folder);
    undo.push(async () => void (await stopDevServer()));

    const laptop = join(folder, 'laptop');
    await runOn({
      server: await findServer({ address: null, namespace: null, start: true }),
      suite: suiteOf(laptop, model.url),
      hosts: [undefined],
    });
    const asked = model.requests.length;
    const many = join(folder, 'many');
    await runOn({
      server: { address: cluster.address, namespace: 'default', uiUrl: null, embedded: false },
      suite: suiteOf(many, model.url),
      hosts: ['workflow', 'model', 'sandbox'],
    });
    assert.equal(model.requests.length, 2 * asked, 'the cluster asked as often');
    const [one, other] = [await filesOf(laptop), await filesOf(many)];
    assert.deepEqual([...other.keys()], [...one.keys()], 'no file more or less');
    const differing = [...one].flatMap(([name, text]) =>
      differences(parts(text), parts(other.get(name) ?? ''), name.split('/')[1] ?? ''),
    );
    assert.deepEqual([...new Set(differing)].filter((place) => !isMeasured(place)).toSorted(), []);
    assert.ok(asked > 3 * items, `${asked} requests: some items had several turns`);
  });
});

function suiteOf(folder: string, url: string): SuiteRequest {
  return resolveSuite(
    loadConfig({
      document: {
        run_name: 'same',
        data: { path: 'django-4.0.4-mini', max_items: items },
        paths: { output_folder: join(folder, 'results') },
        suite: { tasks: ['method_gen_multiturn', 'completion', 'program_repair'] },
        inference: {
          provider: 'openai',
          model_name: 'test-model',
          base_url: url,
          sandbox_provider: 'bubblewrap',
          max_iter: 3,
          turns_for_all_tasks: true,
        },
      },
    }),
  );
}

interface Running {
  readonly server: Server;
  readonly suite: SuiteRequest;
  /** A role each; undefined is for all. */
  readonly hosts: readonly (string | undefined)[];
}

/** Real worker processes do it; they are gone afterwards. */
async function runOn({ server, suite, hosts }: Running): Promise<void> {
  const started: Host[] = [];
  const client = await connectClient(server);
  try {
    for (const role of hosts)
      started.push(await startHost({ server, home: benchHome(), ...(role && { role }) }));
    const results = await (await submitSuite(client, suite, { fresh: false })).handle.result();
    for (const { counts } of results) assert.deepEqual([counts.finished, counts.unscored], [items, 0]);
  } finally {
    for (const host of started) await host.stop();
    await client.connection.close();
  }
}

/** Every file of the results by its place in them. */
async function filesOf(folder: string): Promise<Map<string, string>> {
  const results = join(folder, 'results');
  const entries = await readdir(results, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files
    .toSorted()
    .map(async (file) => [file.slice(results.length + 1), await readFile(file, 'utf8')] as const);
  return new Map(await Promise.all(read));
}

/**
 * What was measured; where the results lie; and the lane, which a host chooses by the targets that it happens to have
 * graded before.
 */
function isMeasured(place: string): boolean {
  const key = place.split('.').at(-1) ?? '';
  return (
    /seconds$|duration$|^timestamp|^(started|ended|created)At$|^milliseconds$|^peakMemoryBytes$/i.test(key) ||
    ['reports.lane', 'run.json.request.outputFolder'].includes(place)
  );
}

/** A file's values: of JSON, of JSON lines, or the text. */
function parts(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.split('\n').map((line) => (line.startsWith('{') ? (JSON.parse(line) as unknown) : line));
  }
}

/** Where two values differ, as `place.key.key`; names of tests and places in lists do not count. */
function differences(one: unknown, other: unknown, place: string): string[] {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return Object.is(one, other) ? [] : [place];
  if (Array.isArray(one) && Array.isArray(other) && place.endsWith('flags'))
    return isDeepStrictEqual(withoutLaneNotes(one), withoutLaneNotes(other)) ? [] : [place];
  const left: Readonly<Record<string, unknown>> = { ...one };
  const right: Readonly<Record<string, unknown>> = { ...other };
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) =>
    differences(left[key], right[key], /^\d+$|\./.test(key) ? place : `${place}.${key}`),
  );
}
