import { execFile, execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Files of a certificate and its key. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Wish {
  readonly name: string;
  /** Signs itself where nobody is named. */
  readonly by?: Certificate;
  /** Host names and addresses as OpenSSL writes them. */
  readonly hosts?: string;
  /** Negative: it has expired. */
  readonly days?: number;
}

export function hasOpenssl(): boolean {
  try {
    return execFileSync('openssl', ['version']).length > 0;
  } catch {
    return false;
  }
}

/** Made by openssl in a folder. */
export async function makeCertificate(folder: string, wish: Wish): Promise<Certificate> {
  const { name, by, hosts = 'DNS:localhost,IP:127.0.0.1', days = 2 } = wish;
  const file = (ending: string): string => join(folder, `${name}.${ending}`);
  const [keyFile, certFile] = [file('key'), file('crt')];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  const subject = ['-subj', `/CN=${name}`];
  if (by === undefined) {
    await run('openssl', ['req', '-x509', ...newKey, '-out', certFile, '-days', String(days), ...subject]);
  } else {
    await run('openssl', ['req', ...newKey, '-out', file('csr'), ...subject]);
    await writeFile(file('ext'), `subjectAltName=${hosts}`);
    const signer = ['-CA', by.certFile, '-CAkey', by.keyFile, '-CAcreateserial', '-extfile', file('ext')];
    await run('openssl', [
      'x509',
      '-req',
      '-in',
      file('csr'),
      '-out',
      certFile,
      '-days',
      String(days),
      ...signer,
    ]);
  }
  return { cert: await readFile(certFile), key: await readFile(keyFile), certFile, keyFile };
}
