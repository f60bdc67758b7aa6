import { existsSync } from 'node:fs';
import {
  loadClientConfig,
  loadClientConfigProfile,
  toClientOptions,
  type ClientConfigProfile,
  type ClientConnectConfig,
} from '@temporalio/envconfig';
import { z } from 'zod';
import { ConfigError } from '../core/errors.ts';

/** What the chosen profile of temporal.toml and TEMPORAL_* say, as Temporal's own CLI reads them. Throws ConfigError. */
export function readServerProfile(): ClientConnectConfig {
  refuseMissingFile();
  try {
    const profile = loadClientConfigProfile();
    refuseOddValues(profile);
    refuseHalfOfPair(profile);
    return toClientOptions(profile);
  } catch (error) {
    throw error instanceof ConfigError ? error : new ConfigError(explain(error), { cause: error });
  }
}

/** The profile that somebody asked for by name; null where nobody did. */
export function profileName(): string | null {
  return process.env['TEMPORAL_PROFILE'] || null;
}

/** The SDK takes a file that is not there for an empty one. */
function refuseMissingFile(): void {
  const file = process.env['TEMPORAL_CONFIG_FILE'];
  if (!file || existsSync(file)) return;
  throw new ConfigError(
    `TEMPORAL_CONFIG_FILE names ${file}, and there is no such file: correct it, or unset it.`,
  );
}

const texts = z.object({
  address: z.string().optional(),
  namespace: z.string().optional(),
  apiKey: z.string().optional(),
});

function refuseOddValues(profile: ClientConfigProfile): void {
  const { error } = texts.safeParse(profile);
  if (error === undefined) return;
  const keys = error.issues.map(({ path }) => path.join('.').replace('apiKey', 'api_key'));
  throw new ConfigError(`${whichProfile()}: expected text in quotes for ${keys.join(', ')}.`);
}

/** The SDK leaves out a certificate without a key, and the server's refusal does not say so. */
function refuseHalfOfPair({ tls }: ClientConfigProfile): void {
  if ((tls?.clientCert === undefined) === (tls?.clientKey === undefined)) return;
  const [there, missing] =
    tls?.clientKey === undefined
      ? ['client_cert_path', 'client_key_path']
      : ['client_key_path', 'client_cert_path'];
  throw new ConfigError(
    `${whichProfile()}: expected tls.client_cert_path and tls.client_key_path together, found ${there} only: add tls.${missing}.`,
  );
}

function explain(error: unknown): string {
  const { message, path, line } = error as Error & { path?: string; line?: number };
  const words = message.split('\n')[0] ?? '';
  if (path !== undefined) return `${whichProfile()} names a file that cannot be read: ${words}.`;
  if (line !== undefined) return `${configFile()}, line ${line}: ${words}.`;
  if (/^Profile '.*' not found/.test(message)) return unknownProfile();
  return `${configFile()} cannot be understood: ${words}.`;
}

function unknownProfile(): string {
  const names = Object.keys(loadClientConfig({}).profiles);
  return (
    `TEMPORAL_PROFILE is ${profileName()}; profiles in ${configFile()}: ${names.join(', ') || 'none'}.\n` +
    'Choose one of them, or unset TEMPORAL_PROFILE.'
  );
}

function whichProfile(): string {
  return `The profile ${profileName() ?? 'default'} (${configFile()}, or TEMPORAL_*)`;
}

function configFile(): string {
  return process.env['TEMPORAL_CONFIG_FILE'] || 'temporalio/temporal.toml in your folder of settings';
}
