import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parquetOf } from '../../src/dataset/parquet/writeParquet.ts';
import { originalColumns } from '../../src/dataset/parquet/columns.ts';
import { openStore } from '../../src/storage/index.ts';
import { stopDevServer } from '../../src/temporal/devServer.ts';
import { exampleRow } from '../dataset/exampleRow.ts';
import { processesWith, until } from '../sandbox/support/processes.ts';
import { canStart, startS3Server, type S3Server } from '../storage/s3Server.ts';
import { openHome } from '../support/rig.ts';
import { runBench } from './runBench.ts';

const usualHome = process.env['BENCH_HOME'];
const { raw_file_content: _, ...columns } = originalColumns;
const rows = `${JSON.stringify(exampleRow())}\n`;

/** Each by the real command: what it says, with which code it ends, and that nothing of it goes on. */
describe('what users get wrong about where data and results are', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-bad-storage-'));
    await openHome(folder);
  });
  after(async () => {
    await stopDevServer();
    // Commands, workers and servers whose home is in the folder.
    await until(() => processesWith(`BENCH_HOME=${folder}`, 'environ').length === 0);
    if (usualHome === undefined) delete process.env['BENCH_HOME'];
    else process.env['BENCH_HOME'] = usualHome;
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    const { stdout, stderr } = await runBench(['status', '--json'], { cwd: folder });
    assert.deepEqual((JSON.parse(stdout) as { runs: unknown }).runs, [], stderr);
  });

  type Environment = Readonly<Record<string, string>>;
  const refused = async (
    argv: readonly string[],
    words: RegExp,
    environment: Environment = {},
  ): Promise<void> => {
    const { exitCode, stderr } = await runBench(argv, { cwd: folder, environment });
    const worker = /background \(process (\d+)/.exec(stderr)?.[1];
    if (worker !== undefined) process.kill(-Number(worker), 'SIGKILL');
    assert.match(stderr, words);
    assert.equal(exitCode, 2, stderr);
    assert.doesNotMatch(stderr, /Unexpected|\n {4}at /);
  };
  const wanted = (keys: Readonly<Record<string, unknown>>): string[] =>
    Object.entries({ 'inference.provider': 'reference', 'inference.sandbox_provider': 'local', ...keys })
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .flatMap((text) => ['--set', text]);
  const run = (keys: Readonly<Record<string, unknown>>): string[] => [
    'run',
    ...wanted({ 'data.path': 'django-4.0.4-mini', ...keys }),
  ];

  describe('in a bucket', { skip: !canStart('versitygw') && 'Go is needed to build versitygw' }, () => {
    let s3: S3Server;
    before(async () => {
      s3 = await startS3Server('versitygw');
      const store = openStore('s3://results/data');
      await store.putOnce('rows.jsonl', rows);
      await store.putOnce('empty.parquet', Buffer.from(parquetOf([], originalColumns)));
      await store.putOnce('less.parquet.gz', gzipSync(parquetOf([exampleRow()], columns)));
      await store.putOnce('config.yaml', 'inference: { provider: reference }\n');
    });
    after(() => s3.stop());
    /** Wherever a bucket may be named: results, rows, prompts, configuration. */
    const places = (bucket: string): string[][] => [
      run({ 'paths.output_folder': `s3://${bucket}/runs` }),
      run({ 'data.path': `s3://${bucket}/data/rows.jsonl` }),
      run({ 'paths.prompts': `s3://${bucket}/prompts` }),
      ['run', '--config', `s3://${bucket}/data/config.yaml`],
    ];

    it('no bucket', async () => {
      const [results, data, prompts, config] = places('nowhere');
      await refused(results ?? [], /in s3:\/\/nowhere\/runs.*There is no such bucket: create it/);
      await refused(data ?? [], /There is no such bucket|There is no file s3:\/\/nowhere\/data\/rows\.jsonl/);
      await refused(prompts ?? [], /There is no such bucket: create it/);
      await refused(config ?? [], /There is no such bucket: create it/);
      await refused(
        ['submit', ...(results ?? []).slice(1)],
        /There is no such bucket: create it, or correct its name/,
      );
    });

    it('another region', async () => {
      for (const argv of places('results'))
        await refused(argv, /another region: set AWS_REGION/, { AWS_REGION: 'eu-west-1' });
    });

    it('another key, another secret, none', async () => {
      const [results = [], data = []] = places('results');
      await refused(results, /No usable credentials/, { AWS_ACCESS_KEY_ID: 'other' });
      await refused(results, /check AWS_SECRET_ACCESS_KEY/, { AWS_SECRET_ACCESS_KEY: 'other' });
      await refused(data, /credentials|AWS_SECRET_ACCESS_KEY/, { AWS_SECRET_ACCESS_KEY: 'other' });
      const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' };
      await refused(results, /No usable credentials/, none);
    });

    it('no file, an empty Parquet file, and one without a column', async () => {
      await refused(run({ 'data.path': 's3://results/data/no.jsonl' }), /There is no file s3:\/\/results/);
      await refused(
        run({ 'data.path': 's3://results/data/empty.parquet' }),
        /empty: expected at least one row/,
      );
      await refused(
        run({ 'data.path': 's3://results/data/less.parquet.gz' }),
        /less\.parquet\.gz, line 1: raw_file_content: expected string/,
      );
    });
  });

  it(
    'no rights to write',
    { skip: !canStart('versitygw') && 'Go is needed to build versitygw' },
    async (t) => {
      const s3 = await startS3Server('versitygw', { readonly: true });
      t.after(() => s3.stop());
      await refused(
        run({ 'paths.output_folder': 's3://results/runs' }),
        /Access denied: the credentials need s3:GetObject, PutObject/,
      );
    },
  );

  it('a row of 200 MB, in lines and in a list', async () => {
    const huge = JSON.stringify(exampleRow({ dp_id: 'huge', raw_file_content: 'x'.repeat(200 * 2 ** 20) }));
    const lines = join(folder, 'huge.jsonl');
    await writeFile(lines, `${rows}${huge}\n`);
    await refused(
      run({ 'data.path': lines }),
      /huge\.jsonl, line 2: row: expected at most 64 MiB, found 200 MiB/,
    );
    const list = join(folder, 'huge.json');
    await writeFile(list, `[${rows},${huge}]`);
    await refused(
      run({ 'data.path': list }),
      /huge\.json, line 2: row: expected at most 64 MiB, found 200 MiB/,
    );
  });

  it('a set that is not on the hub, as the hub says it with and without a token, and no file on the web', async (t) => {
    const server = createServer(({ headers }, response) => {
      response.writeHead(headers.authorization === undefined ? 401 : 404).end('{}');
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    t.after(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const hub = { HF_ENDPOINT: url, HF_TOKEN: '' };
    const argv = run({ 'data.path': 'no/such-set' });
    await refused(
      argv,
      /no\/such-set .* no such dataset, or it wants a token with access: set HF_TOKEN/,
      hub,
    );
    await refused(argv, /no\/such-set .* no such dataset or revision/, { ...hub, HF_TOKEN: 'token' });
    await refused(argv, /HF_HUB_OFFLINE is set, and no\/such-set/, { ...hub, HF_HUB_OFFLINE: '1' });
    await refused(
      run({ 'data.path': `${url}/rows.jsonl` }),
      /rows\.jsonl cannot be had: 127\.0\.0\.1:\d+ answered 401/,
    );
  });
});
