import { ConfigError } from '../../core/errors.ts';
import type { RemoteAccess } from '../../core/run.ts';
import type { PreparedEnvironment } from '../../ports/sandbox.ts';
import { openClient } from './restapiSandbox.ts';
import { askEnvironments, know, type Asking, type Server } from './servers.ts';

/** Digest of an environment whose server cannot say what it is. */
export const untoldDigest = 'untold';

export interface RemoteSearch {
  readonly remote: RemoteAccess;
  /** Name of the repository, and its text form. */
  readonly repository: string;
  readonly nameOrDigest: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The environment that all servers have: by digest or name. Servers that only have `/run_item` are taken at their word. */
export async function findRemoteEnvironment(search: RemoteSearch): Promise<PreparedEnvironment> {
  const client = openClient(search.remote, search.environment ?? process.env);
  try {
    const asking = await client.asking();
    const found = await Promise.all(client.servers.map((server) => findOn(server, asking, search)));
    const told = found.filter((digest) => digest !== untoldDigest);
    const [digest = untoldDigest] = told;
    const other = told.find((one) => one !== digest);
    if (other === undefined) return remoteEnvironment({ name: search.repository, digest });
    throw new ConfigError(
      `The servers of SANDBOX_URL have different environments of ${search.repository}: ${digest} and ${other}.\nBuild the same one on each: bench env build ${search.repository}.`,
    );
  } finally {
    await client.close();
  }
}

/** An environment that is not on this machine. */
export function remoteEnvironment({ name, digest }: { name: string; digest: string }): PreparedEnvironment {
  return { name, digest, root: '', sourceRoot: '', python: '', adapter: name, adapterOptions: {} };
}

async function findOn(server: Server, asking: Asking, { nameOrDigest }: RemoteSearch): Promise<string> {
  const { kind } = await know(server, asking);
  if (kind.kind === 'plain') return untoldDigest;
  const all = await askEnvironments(server, asking);
  const found = all.find(
    ({ name, digest, current }) => digest === nameOrDigest || (current && name === nameOrDigest),
  );
  if (found) return found.digest;
  const there = all.map(({ name, digest }) => `${name} ${digest}`).join(', ') || 'none';
  throw new ConfigError(
    `Expected the environment ${nameOrDigest} on the sandbox server ${server.address}, found: ${there}.\nBuild it there: bench env build <repository>.`,
  );
}
