import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectClient, findServer, type Server } from '../../src/temporal/connection.ts';
import { startDevServer, stopDevServer } from '../../src/temporal/devServer.ts';
import { workersOf } from '../../src/temporal/pollers.ts';
import { freePort } from '../../src/temporal/ports.ts';
import { hasOpenssl, makeCertificate } from '../support/certificates.ts';
import { startHost } from '../support/host.ts';
import { openHome } from '../support/rig.ts';
import { runBench } from './runBench.ts';

/** Each by the real command: what it says, in how much time, and with which code it ends. */
describe('what users get wrong about a server of their own', () => {
  let folder: string;
  let server: Server;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-bad-servers-'));
    await openHome(folder);
    // Not on the usual port: while it is away, the server of another test would take that, and this test's worker its work.
    await startDevServer({ port: await freePort([]) });
    server = { ...(await findServer({ address: null, namespace: null, start: true })), embedded: false };
    await writeFile(join(folder, 'config.yaml'), 'inference: { provider: reference }\n');
  });
  after(async () => {
    await stopDevServer();
    await rm(folder, { recursive: true, force: true });
  });

  type Environment = Readonly<Record<string, string>>;
  const commands = ['status', 'cluster', 'worker', 'submit --config config.yaml', 'watch x'];
  const refused = async (environment: Environment, words: RegExp, given = commands): Promise<void> => {
    const tryIt = async (command: string): Promise<void> => {
      const { exitCode, stderr } = await runBench(command.split(' '), { cwd: folder, environment });
      assert.match(stderr, words, command);
      assert.equal(exitCode, 2, `${command}: ${stderr}`);
      assert.doesNotMatch(stderr, /Unexpected|\n {4}at /);
      assert.ok(stderr.trimEnd().split('\n').length <= 3, stderr);
    };
    for (const command of given) await tryIt(command);
  };

  it('an address where nothing listens', () =>
    refused({ TEMPORAL_ADDRESS: '127.0.0.1:1' }, /^Temporal at 127\.0\.0\.1:1: nothing listens on port 1/m, [
      'doctor --cluster',
      'worker',
      'submit --config config.yaml',
    ]));

  it('a namespace that is not there', async () => {
    const environment = { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'nowhere' };
    await refused(environment, /has no namespace nowhere: create it with `temporal operator namespace/);
    const { exitCode, stdout } = await runBench(['doctor', '--cluster'], { cwd: folder, environment });
    assert.match(stdout, /namespace nowhere: temporal operator namespace create --namespace nowhere/);
    assert.equal(exitCode, 1);
  });

  it('a profile that is not there, not whole, or not TOML', async () => {
    const file = join(folder, 'temporal.toml');
    const profile = async (toml: string, words: RegExp, name = 'mine'): Promise<void> => {
      await writeFile(file, toml);
      await refused({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: name }, words, ['status']);
    };
    const address = `address = "${server.address}"`;
    await profile(`[profile.other]\n${address}`, /TEMPORAL_PROFILE is mine; profiles in .*toml: other\.\n/);
    await profile('[profile.mine\n', /temporal\.toml, line 1: Invalid TOML/);
    await profile('[profile.mine]\naddress = 7233', /profile mine .*expected text in quotes for address/);
    await profile('[profile.mine]\nadress = "typo"', /Expected an address in the profile mine .*found none/);
    const tls = `[profile.mine]\n${address}\n[profile.mine.tls]\n`;
    await profile(
      `${tls}server_ca_cert_path = "/nowhere/ca.crt"`,
      /cannot be read: ENOENT.*\/nowhere\/ca\.crt/,
    );
    await profile(`${tls}client_cert_path = "${file}"`, /together, found client_cert_path only: add/);
    const missing = { TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml' };
    await refused(missing, /TEMPORAL_CONFIG_FILE names \/nowhere\/temporal\.toml/, ['status']);
  });

  it('a key that does not fit', { skip: !hasOpenssl() && 'openssl is needed' }, async () => {
    const [one, other] = await Promise.all(['one', 'other'].map((name) => makeCertificate(folder, { name })));
    const environment = {
      TEMPORAL_ADDRESS: server.address,
      TEMPORAL_TLS_CLIENT_CERT_PATH: one?.certFile ?? '',
      TEMPORAL_TLS_CLIENT_KEY_PATH: other?.keyFile ?? '',
    };
    await refused(environment, /key of tls\.client_key_path does not fit/, ['doctor --cluster', 'worker']);
  });

  it('nothing at all: a server that goes away is waited for by the worker, which says so', async (t) => {
    const host = await startHost({ server, home: join(folder, 'host') });
    t.after(() => host.stop());
    const until = async (words: RegExp): Promise<void> => {
      for (let tries = 0; tries < 400 && !words.test(host.words()); tries += 1) await sleep(100);
      assert.match(host.words(), words);
    };
    await stopDevServer();
    await until(/does not answer: this worker waits, and goes on when it does/);
    await startDevServer({ port: Number(server.address.split(':')[1]) });
    await until(/answers again, after \d+ s: this worker goes on/);
    const client = await connectClient(server);
    t.after(() => client.connection.close());
    for (let tries = 0; tries < 100 && (await workersOf(client, 'sandbox')).length === 0; tries += 1)
      await sleep(200);
    assert.match((await workersOf(client, 'sandbox')).join(), new RegExp(`^bench-${host.process.pid}@`));
    const engineSaid = host.words().split('temporalio_client::retry').length - 1;
    assert.ok(engineSaid <= 3, `the engine's retries are told once a minute, found ${engineSaid}`);
  });
});
