import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEnvironmentBuilds } from '../../activities/environmentBuilds.ts';
import { environmentDigest } from '../../src/environments/environmentDigest.ts';
import { openEnvironment, planBuild, readRepositorySpec } from '../../src/environments/index.ts';
import { findPython } from '../../src/environments/findPython.ts';
import { tinyRepository } from '../environments/support.ts';

const withoutPython = (text: string): string => text.replace("prefer: ['3.11'", "prefer: ['3.99', '3.11'");

async function open(repository: string) {
  const log: string[] = [];
  const ports = { openEnvironment: (digest: string) => openEnvironment(digest), planBuild };
  const countOthers = (): Promise<number> => Promise.resolve(0);
  const builds = createEnvironmentBuilds({ ports, countOthers, log: (line) => log.push(line) });
  const spec = await readRepositorySpec(repository);
  const wantedOn = (minor: string) => ({ repository, digest: environmentDigest(spec, minor) });
  return { builds, log, wantedOn, spec };
}

test('A build in the background that fails is told with its reason, and not tried again for a while', async () => {
  using repository = tinyRepository(withoutPython);
  const { builds, log, wantedOn } = await open(repository.spec);
  const wanted = wantedOn('3.99');
  assert.match((await builds.seeTo(wanted)) ?? '', /^Tiny 1\.0 is being built here since \d\d:\d\d:\d\dZ$/);
  while (log.length < 2) await sleep(50);
  assert.match(log[0] ?? '', /^building Tiny 1\.0 for a run that is open/);
  assert.match(
    log[1] ?? '',
    /^Tiny 1\.0 could not be built here, tried again in 10 minutes: Expected one of/,
  );
  assert.equal(await builds.seeTo(wanted), null);
  const why = /It could not be built here: Expected one of Python 3\.99 /;
  await assert.rejects(builds.open(wanted.digest), why);
  assert.equal(await builds.seeTo({ ...wanted, digest: `sha256:${'0'.repeat(64)}` }), null);
  assert.equal(log.length, 2);
});

test('Builds in the background are made one at a time, and nothing is left of one that is given up', async () => {
  using repository = tinyRepository(withoutPython);
  const { builds, log, wantedOn, spec } = await open(repository.spec);
  const { minor } = await findPython(spec.python.prefer, () => undefined);
  await builds.seeTo(wantedOn(minor));
  assert.equal(await builds.seeTo(wantedOn('3.99')), 'Tiny 1.0 will be built here when Tiny 1.0 is');
  const folder = join(repository.home, 'environments');
  const underWay = (): readonly string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' });
  while (!existsSync(folder) || !underWay().some((name) => name.includes('venv/bin'))) await sleep(50);
  await builds.stop();
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(await builds.seeTo(wantedOn(minor)), null);
  assert.equal(log.length, 1, log.join('\n'));
});
