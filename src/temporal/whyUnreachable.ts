import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { TLSConfig } from '@temporalio/client';
import { certificateFault } from './certificateFault.ts';

interface Place {
  readonly host: string;
  readonly port: number;
}

const patienceMilliseconds = 3000;

/**
 * What stands between us and a server, with what to do: a client's own error says only that it waited. Null where a server
 * of this kind answers.
 */
export async function whyUnreachable(address: string, tls: TLSConfig | null): Promise<string | null> {
  const place = parse(address);
  if (place === null) return 'expected HOST:PORT, without http:// or a path.\nCorrect it.';
  return tls === null ? plainFault(place) : (certificateFault(tls) ?? tlsFault(place, tls));
}

/** The same default port as the SDK's. */
function parse(address: string): Place | null {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:/\s]+))(?::(\d{1,5}))?$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? null : { host, port: Number(port ?? 7233) };
}

/** A client of HTTP/2 begins with this, an empty frame of settings at its end. */
const greeting = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0', 'latin1');

async function plainFault(place: Place): Promise<string | null> {
  const heard = await listen(connectTcp(place), { greeting });
  const fault = wayFault(heard, place);
  if (fault !== null || isHttp2(heard.bytes)) return fault;
  // A server that expects TLS does not take the greeting in silence.
  if (isSilent(heard)) return otherService(heard);
  const overTls = await listen(connectTls({ ...place, rejectUnauthorized: false, ...http2(place.host) }));
  if (overTls.isSecure || /ALERT/.test(overTls.code ?? ''))
    return (
      'it expects TLS, and nothing here says so.\n' +
      'Name the CA that signed it as tls.server_ca_cert_path in the profile (TEMPORAL_TLS_SERVER_CA_CERT_PATH), or set TEMPORAL_TLS=true.'
    );
  return otherService(heard);
}

async function tlsFault(place: Place, tls: TLSConfig): Promise<string | null> {
  const heard = await listen(connectTls({ ...place, ...http2(place.host), ...optionsOf(tls) }));
  if (isHttp2(heard.bytes)) return null;
  return (
    wayFault(heard, place) ??
    handshakeFault(heard, tls.serverNameOverride ?? place.host) ??
    otherService(heard)
  );
}

function http2(host: string): ConnectionOptions {
  return { ALPNProtocols: ['h2'], ...(isIP(host) === 0 && { servername: host }) };
}

function optionsOf({
  serverNameOverride,
  serverRootCACertificate,
  clientCertPair,
}: TLSConfig): ConnectionOptions {
  return {
    ...(serverNameOverride !== undefined && { servername: serverNameOverride }),
    ...(serverRootCACertificate && { ca: Buffer.from(serverRootCACertificate) }),
    ...(clientCertPair && { cert: Buffer.from(clientCertPair.crt), key: Buffer.from(clientCertPair.key) }),
  };
}

/** Names, routes, ports. */
function wayFault({ code, isOpen }: Heard, { host, port }: Place): string | null {
  const check =
    'Start it, or correct its address: temporal.address in the config, TEMPORAL_ADDRESS, or the profile in temporal.toml.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the name ${host} is not known.\n${check}`;
  if (code === 'ECONNREFUSED') return `nothing listens on port ${port}.\n${check}`;
  if (isOpen) return null;
  if (code === null)
    return `no connection within ${patienceMilliseconds / 1000} s: is a firewall between?\n${check}`;
  return `there is no way to it (${code}).\n${check}`;
}

/** By the codes of OpenSSL and of its alerts, which say what the other side did not like. */
function handshakeFault(heard: Heard, name: string): string | null {
  const { code, isSecure } = heard;
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired.\nIt has to be renewed there.';
  if (code === 'CERT_NOT_YET_VALID')
    return 'its certificate is not valid yet.\nDo the clocks here and there agree?';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `its certificate is not for ${name}.\nSet tls.server_name in the profile (TEMPORAL_TLS_SERVER_NAME), or correct the address.`;
  if (/SIGNATURE|SIGNED|ISSUER/.test(code ?? ''))
    return (
      'no CA that is known here signed its certificate.\n' +
      'Name the one that did as tls.server_ca_cert_path in the profile (TEMPORAL_TLS_SERVER_CA_CERT_PATH).'
    );
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return 'it speaks without TLS, and an api_key or tls in the profile asks for it.\nSet tls.disabled in the profile (TEMPORAL_TLS=false), or correct the address.';
  if (!isSecure && !/ALERT/.test(code ?? '')) return null;
  const words = /ALERT_(\w+)/
    .exec(code ?? '')?.[1]
    ?.toLowerCase()
    .replaceAll('_', ' ');
  if (isSilent(heard)) return null;
  return (
    `it refuses us${words === undefined ? '' : ` (${words})`}: it wants a client certificate that it knows.\n` +
    'Name it as tls.client_cert_path and tls.client_key_path in the profile (TEMPORAL_TLS_CLIENT_CERT_PATH, _KEY_PATH).'
  );
}

function otherService({ bytes }: Heard): string {
  const said = bytes?.toString('latin1').startsWith('HTTP/1') === true;
  return said
    ? 'a web server answers there.\nName the port of its gRPC interface (7233 as a rule), not that of its Web UI.'
    : 'something accepts connections there and does not speak as Temporal does.\nIs it hung, or is it another service? Restart it, or correct the address.';
}

/** The first frame of an HTTP/2 server is one of settings. */
function isHttp2(bytes: Buffer | null): boolean {
  return bytes !== null && bytes.length >= 9 && bytes[3] === 4 && bytes.readUInt32BE(5) === 0;
}

function isSilent({ bytes, code, isEnded }: Heard): boolean {
  return bytes === null && code === null && !isEnded;
}

interface Heard {
  isOpen: boolean;
  isSecure: boolean;
  isEnded: boolean;
  code: string | null;
  bytes: Buffer | null;
}

/** What the other side says or does first. */
async function listen(socket: Socket, say: { readonly greeting?: Buffer } = {}): Promise<Heard> {
  const heard: Heard = { isOpen: false, isSecure: false, isEnded: false, code: null, bytes: null };
  await new Promise<void>((resolve) => {
    socket.setTimeout(patienceMilliseconds, resolve);
    socket.once('connect', () => {
      heard.isOpen = true;
      if (say.greeting !== undefined) socket.write(say.greeting);
    });
    socket.once('secureConnect', () => (heard.isSecure = true));
    socket.once('data', (bytes: Buffer) => {
      heard.bytes = bytes;
      resolve();
    });
    socket.once('end', () => {
      heard.isEnded = true;
      resolve();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      heard.code ??= error.code ?? error.message;
      resolve();
    });
  });
  socket.destroy();
  return heard;
}
