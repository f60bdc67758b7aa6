import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ask } from './runCommand.js';
import { pinnedCliVersion } from './temporalCli.js';

/** SHA-256 of the official archives of the pinned version. */
const checksums = /** @type {Record<string, string>} */ ({
  linux_amd64: 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d',
  linux_arm64: 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5',
  darwin_amd64: 'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9',
  darwin_arm64: 'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415',
});

const answerSeconds = 10;
const silenceSeconds = 30;
const sayEverySeconds = 10;

/**
 * Downloads the official release; gives up quickly where the network does not allow it.
 * @param {string} target
 * @param {import('./types.d.ts').Say} say
 */
export async function downloadCli(target, say) {
  const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const expected = checksums[platform];
  if (expected === undefined) throw new Error(`there is no release for ${platform}`);
  const file = `temporal_cli_${pinnedCliVersion}_${platform}.tar.gz`;
  const url = `https://github.com/temporalio/cli/releases/download/v${pinnedCliVersion}/${file}`;
  const archive = `${target}.tar.gz`;
  try {
    const digest = await fetchInto(url, archive, say);
    if (digest !== expected) throw new Error(`${file} has SHA-256 ${digest}, expected ${expected}`);
    const unpacked = await ask('tar', ['-xzf', archive, '-C', dirname(target), 'temporal']);
    if (unpacked.code !== 0) throw new Error(`${file} cannot be unpacked: ${unpacked.stderr.trim()}`);
  } finally {
    await rm(archive, { force: true });
  }
}

/**
 * @param {string} url
 * @param {string} archive
 * @param {import('./types.d.ts').Say} say
 */
async function fetchInto(url, archive, say) {
  const watch = watchdog();
  watch.allow(answerSeconds);
  const hash = createHash('sha256');
  const file = await open(archive, 'w');
  try {
    const response = await fetch(url, { signal: watch.signal });
    if (!response.ok || response.body === null)
      throw new Error(`${new URL(url).host} answered ${response.status}`);
    const total = Number(response.headers.get('content-length') ?? 0);
    const progress = progressLine(total, say);
    for await (const part of response.body) {
      watch.allow(silenceSeconds);
      hash.update(part);
      await file.write(part);
      progress(part.length);
    }
  } catch (error) {
    throw new Error(explain(error, new URL(url).host));
  } finally {
    watch.end();
    await file.close();
  }
  return hash.digest('hex');
}

/** Aborts when the time that was allowed last is over. */
function watchdog() {
  const controller = new AbortController();
  let timer = setTimeout(() => undefined, 0);
  return {
    signal: controller.signal,
    allow(/** @type {number} */ seconds) {
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(new Error(`nothing came for ${seconds} s`)), seconds * 1000);
    },
    end: () => clearTimeout(timer),
  };
}

/**
 * @param {number} total
 * @param {import('./types.d.ts').Say} say
 */
function progressLine(total, say) {
  let received = 0;
  let last = Date.now();
  say(`downloading the Temporal CLI ${pinnedCliVersion} …`);
  return (/** @type {number} */ bytes) => {
    received += bytes;
    if (Date.now() - last < sayEverySeconds * 1000) return;
    last = Date.now();
    const of = total > 0 ? ` of ${megabytes(total)}` : '';
    say(`downloading the Temporal CLI: ${megabytes(received)}${of} MB`);
  };
}

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.round(bytes / 1_000_000);
}

/**
 * @param {unknown} error
 * @param {string} host
 */
function explain(error, host) {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause;
  if (cause instanceof Error && 'code' in cause) return `${host} cannot be reached, ${String(cause.code)}`;
  return error.message;
}
