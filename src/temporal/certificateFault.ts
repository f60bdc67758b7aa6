import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { TLSConfig } from '@temporalio/client';

/** What is wrong with the certificates that we are told to use, with what to do; null where nothing is. */
export function certificateFault({
  serverRootCACertificate: ca,
  clientCertPair: pair,
}: TLSConfig): string | null {
  if (ca && parse(ca) === null)
    return 'what tls.server_ca_cert_path names is no certificate in PEM.\nName the file of the CA that signed the server.';
  if (!pair) return null;
  const certificate = parse(pair.crt);
  if (certificate === null)
    return 'what tls.client_cert_path names is no certificate in PEM.\nName another file.';
  if (certificate.validToDate.getTime() < Date.now())
    return `our own client certificate has expired (${day(certificate.validToDate)}).\nHave a new one issued (tls.client_cert_path).`;
  if (!fits(certificate, pair.key))
    return 'the key of tls.client_key_path does not fit the certificate of tls.client_cert_path.\nName the two that belong together.';
  return null;
}

/** For messages. */
function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function parse(bytes: Uint8Array): X509Certificate | null {
  try {
    return new X509Certificate(bytes);
  } catch {
    return null;
  }
}

function fits(certificate: X509Certificate, key: Uint8Array): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(Buffer.from(key)));
  } catch {
    return false;
  }
}
