import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const file = join(import.meta.dirname, '../../package-lock.json');
const packages: Readonly<Record<string, Entry>> = JSON.parse(await readFile(file, 'utf8')).packages;

test('the lock file has an entry for every platform, or npm ci refuses it', () => {
  const missing = Object.values(packages)
    .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    .filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)));
  assert.deepEqual(missing, [], 'run `node tools/completeLock.js`');
});

test('the lock file names no host', () => {
  const withHost = Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined);
  assert.deepEqual(withHost, []);
});
