import { ConfigError } from '../../core/errors.ts';

/** The addresses in SANDBOX_URL, without `/run_item`: several are separated by commas or spaces. */
export function readAddresses(environment: Readonly<Record<string, string | undefined>>): string[] {
  const given = (environment['SANDBOX_URL'] ?? '').split(/[\s,]+/).filter((text) => text !== '');
  if (given.length === 0) {
    throw new ConfigError(
      'sandbox_provider restapi has no server: SANDBOX_URL is not set.\nSet it to host:port/run_item, e.g. 127.0.0.1:8000/run_item; bench sandbox serve starts one.',
    );
  }
  return [...new Set(given.map(toAddress))];
}

function toAddress(text: string): string {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new ConfigError(
      'Expected addresses such as 127.0.0.1:8000/run_item in SANDBOX_URL, without a user or a password; found something else.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/run_item$/, '')}`.replace(/\/+$/, '');
}
