import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import type { TLSConfig } from '@temporalio/client';
import { startDevServer, stopDevServer, type DevServer } from '../../src/temporal/devServer.ts';
import { whyUnreachable } from '../../src/temporal/whyUnreachable.ts';
import { hasOpenssl, makeCertificate, type Certificate } from '../support/certificates.ts';
import { openHome } from '../support/rig.ts';

/** A real server, and in front of it, for TLS, what a gateway does. */
describe('why a server cannot be reached is said', () => {
  let real: DevServer;
  let folder: string;
  const servers: NetServer[] = [];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-certificates-'));
    await openHome(folder);
    real = await startDevServer();
  });
  after(async () => {
    for (const server of servers) server.close();
    await stopDevServer();
    await rm(folder, { recursive: true, force: true });
  });

  const listening = async (server: NetServer): Promise<string> => {
    servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return `localhost:${(server.address() as AddressInfo).port}`;
  };
  const said = async (address: string, tls: TLSConfig | null, words: RegExp): Promise<void> => {
    const why = (await whyUnreachable(address, tls)) ?? 'it answers';
    assert.match(why, words);
    assert.ok(why.split('\n').length <= 2, why);
  };

  test('by name, port and kind of service', async () => {
    await said(real.address, null, /^it answers$/);
    await said('no-such-host.invalid:7233', null, /the name no-such-host\.invalid is not known/);
    await said('127.0.0.1:1', null, /nothing listens on port 1\.\nStart it, or correct its address/);
    await said('http://127.0.0.1:7233', null, /expected HOST:PORT, without http/);
    const silent = await listening(createServer((socket) => void socket.resume()));
    await said(silent, null, /accepts connections there and does not speak as Temporal does/);
    await said(silent, {}, /accepts connections there and does not speak as Temporal does/);
    const web = createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await said(await listening(web), null, /a web server answers there/);
    await said(real.address, {}, /it speaks without TLS, and an api_key or tls in the profile asks for it/);
  });

  describe('by certificate', { skip: !hasOpenssl() && 'openssl is needed to make certificates' }, () => {
    let ca: Certificate;
    let other: Certificate;
    before(async () => {
      ca = await makeCertificate(folder, { name: 'ca' });
      other = await makeCertificate(folder, { name: 'other' });
    });

    const gateway = ({ cert, key }: Certificate, clients?: Certificate): Promise<string> => {
      const port = Number(real.address.split(':')[1]);
      const wanted = clients && { requestCert: true, rejectUnauthorized: true, ca: clients.cert };
      const server = createTlsServer({ cert, key, ALPNProtocols: ['h2'], ...wanted }, (socket) => {
        const behind = connect({ port, host: '127.0.0.1' });
        socket.on('error', () => behind.destroy());
        behind.on('error', () => socket.destroy());
        socket.pipe(behind).pipe(socket);
      });
      return listening(server.on('tlsClientError', () => undefined));
    };
    const trusting = ({ cert }: Certificate, client?: Pick<Certificate, 'cert' | 'key'>): TLSConfig => ({
      serverRootCACertificate: cert,
      ...(client && { clientCertPair: { crt: client.cert, key: client.key } }),
    });

    test("of the server's", async () => {
      const address = await gateway(await makeCertificate(folder, { name: 'server', by: ca }));
      await said(address, trusting(ca), /^it answers$/);
      await said(address, null, /it expects TLS, and nothing here says so/);
      await said(address, trusting(other), /no CA that is known here signed its certificate/);
      await said(address, {}, /no CA that is known here signed its certificate/);
      await said(
        address,
        { serverRootCACertificate: Buffer.from('no') },
        /server_ca_cert_path names is no cert/,
      );
      const old = await gateway(await makeCertificate(folder, { name: 'old', by: ca, days: -1 }));
      await said(old, trusting(ca), /its certificate has expired/);
      const hosts = 'DNS:elsewhere.example';
      const elsewhere = await gateway(await makeCertificate(folder, { name: 'elsewhere', by: ca, hosts }));
      await said(elsewhere, trusting(ca), /its certificate is not for localhost\.\nSet tls\.server_name/);
    });

    test('of our own', async () => {
      const address = await gateway(await makeCertificate(folder, { name: 'mutual', by: ca }), ca);
      const client = await makeCertificate(folder, { name: 'client', by: ca });
      const stranger = await makeCertificate(folder, { name: 'stranger', by: other });
      const old = await makeCertificate(folder, { name: 'old-client', by: ca, days: -1 });
      await said(address, trusting(ca, client), /^it answers$/);
      await said(
        address,
        trusting(ca),
        /it wants a client certificate that it knows.\nName it as tls\.client_cert_path/,
      );
      await said(address, trusting(ca, stranger), /it refuses us.*wants a client certificate that it knows/);
      await said(address, trusting(ca, old), /our own client certificate has expired/);
      await said(address, trusting(ca, { cert: client.cert, key: old.key }), /does not fit the certificate/);
      await said(address, trusting(ca, { cert: old.key, key: old.key }), /client_cert_path names is no cert/);
    });
  });
});
