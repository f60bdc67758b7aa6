import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ConfigError } from '../../src/core/errors.ts';
import { environmentDigest } from '../../src/environments/environmentDigest.ts';
import { buildEnvironment, listEnvironments, openEnvironment } from '../../src/environments/index.ts';
import { readRepositorySpec } from '../../src/environments/repositorySpec.ts';
import { tinyRepository } from './support.ts';

describe('building an environment', () => {
  it('does it once for two builders, again after a half-done build, and always with the same digest', async () => {
    using repository = tinyRepository();
    const lines: string[] = [];
    const build = (): ReturnType<typeof buildEnvironment> =>
      buildEnvironment({ repository: repository.spec, onProgress: (line) => void lines.push(line) });
    const minor = process.env['BENCH_TEST_PYTHON'] ?? '3.11';
    const digest = environmentDigest(await readRepositorySpec(repository.spec), minor);
    const folder = join(repository.home, 'environments', `tiny-${digest.slice(7, 23)}`);
    mkdirSync(join(folder, 'source'), { recursive: true });
    mkdirSync(`${folder}.building-${hostname()}-killed`);
    writeFileSync(`${folder}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, startTime: '1' }));

    const [first, second] = await Promise.all([build(), build()]);
    assert.deepEqual(first, second);
    assert.equal(first.digest, digest);
    assert.equal(lines.filter((line) => line.includes('unpacking')).length, 1);
    assert.ok(lines.some((line) => line.includes('waiting for another process')));
    assert.ok(existsSync(join(first.sourceRoot, 'tiny', '__init__.py')));
    assert.ok(readdirSync(join(first.sourceRoot, 'tiny', '__pycache__')).length > 0);
    assert.deepEqual(readdirSync(join(repository.home, 'environments')), [`tiny-${digest.slice(7, 23)}`]);

    assert.equal((await build()).digest, digest);
    assert.equal((await openEnvironment(digest)).root, first.root);
    assert.equal((await openEnvironment(repository.spec)).root, first.root);
    const [listed] = await listEnvironments();
    assert.match(listed?.pythonVersion ?? '', /^3\.\d+\.\d+$/);
  });

  it('leaves nothing when it is given up', async () => {
    using repository = tinyRepository();
    const giveUp = new AbortController();
    const onProgress = (line: string): void => {
      // The next command takes some seconds.
      if (line.includes('virtual environment')) setTimeout(() => giveUp.abort(new Error('no more')), 500);
    };
    const building = buildEnvironment({ repository: repository.spec, onProgress, signal: giveUp.signal });
    await assert.rejects(building, /no more/);
    assert.deepEqual(readdirSync(join(repository.home, 'environments')), []);
    assert.equal(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes(repository.home), false);
  });

  it('has another digest when anything changes that can change a result', async () => {
    const digests = new Set<string>();
    const changes: ((text: string) => string)[] = [
      (text) => text,
      (text) => text.replace("version: '1.0'", "version: '1.1'"),
      (text) => text.replace('version: 1,', 'version: 2,'),
      (text) => text.replace('options: {}', 'options: { settings: other }'),
      (text) => text.replace('targets: [tiny]', 'targets: [tiny, more]'),
    ];
    for (const change of changes) {
      using repository = tinyRepository(change);
      digests.add(environmentDigest(await readRepositorySpec(repository.spec), '3.11'));
    }
    const django = await readRepositorySpec('django');
    digests.add(environmentDigest(django, '3.11'));
    digests.add(environmentDigest(django, '3.12'));
    digests.add(
      environmentDigest({ ...django, requirementsText: `${django.requirementsText}\nmore==1\n` }, '3.11'),
    );
    assert.equal(digests.size, changes.length + 3);
    const sameResults = {
      ...django,
      title: 'x',
      path: '/x',
      requirementsText: `# a remark\n${django.requirementsText}`,
    };
    assert.equal(environmentDigest(sameResults, '3.11'), environmentDigest(django, '3.11'));
  });

  it('refuses a source distribution that is not the one described', async () => {
    using repository = tinyRepository((text) => text.replace(/sha256: '\w+'/, `sha256: '${'0'.repeat(64)}'`));
    const before = process.env['PIP_NO_INDEX'];
    process.env['PIP_NO_INDEX'] = '1';
    try {
      await assert.rejects(buildEnvironment({ repository: repository.spec }), (error: unknown) => {
        return (
          error instanceof ConfigError &&
          /Downloading the source distribution of tiny 1\.0 failed/.test(error.message)
        );
      });
    } finally {
      if (before === undefined) delete process.env['PIP_NO_INDEX'];
      else process.env['PIP_NO_INDEX'] = before;
    }
    assert.deepEqual(readdirSync(join(repository.home, 'environments')), []);
  });
});

describe('opening an environment', () => {
  it('says what there is and what to do when it is not there', async () => {
    using _repository = tinyRepository();
    await assert.rejects(
      openEnvironment('django'),
      /Expected the environment of Django 4.0.4.*found none.*\nBuild it: bench env build django/s,
    );
    await assert.rejects(openEnvironment(`sha256:${'0'.repeat(64)}`), /found: none/);
    await assert.rejects(openEnvironment('djagno'), /Expected a repository description/);
  });

  it('names the key of a description that is wrong', async () => {
    using repository = tinyRepository((text) =>
      text.replace('targets: [tiny]', 'targets: [../tiny]\nmore: 1'),
    );
    await assert.rejects(readRepositorySpec(repository.spec), (error: unknown) => {
      return error instanceof ConfigError && /targets/.test(error.message) && /more/.test(error.message);
    });
  });
});
