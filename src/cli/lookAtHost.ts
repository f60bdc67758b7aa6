import type { Ports } from '../../activities/ports.ts';
import { BenchError } from '../core/errors.ts';
import type { Role } from '../core/flow/queues.ts';
import { listEnvironments } from '../environments/index.ts';

/** What a host has and lacks for its roles. */
export interface HostLook {
  readonly hasSandbox: boolean;
  /** One for each role, for people. */
  readonly lines: readonly string[];
}

/** Looks when a worker starts; what a run needs beside that (a key, an environment) is looked for when it is open. */
export async function lookAtHost(ports: Ports, roles: readonly Role[]): Promise<HostLook> {
  const sandbox = roles.includes('sandbox') ? await lookAtSandbox(ports) : null;
  const lines = [
    ...(roles.includes('workflow') ? ['workflow: order of steps, tables'] : []),
    ...(roles.includes('model') ? [describeKeys()] : []),
    ...(sandbox === null ? [] : [sandbox.line]),
  ];
  return { hasSandbox: sandbox?.works ?? false, lines };
}

const usualKeys = ['OPENAI_API_KEY', 'LITELLM_KEY'] as const;

function describeKeys(): string {
  const states = usualKeys.map((name) => `${name} is ${process.env[name] ? 'set' : 'not set'}`);
  return `model: ${states.join(', ')}; endpoints whose key is not here are left to other workers`;
}

async function lookAtSandbox(ports: Ports): Promise<{ works: boolean; line: string }> {
  const provider = await ports.chooseLocalProvider();
  try {
    await ports.sandboxFor({ grading: { provider, docker: null } }).check();
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    const line = `sandbox: gradings of sandbox servers only, for no sandbox works here: ${error.message}`;
    return { works: false, line };
  }
  const all = await listEnvironments();
  const names = all.map(({ environment: { name, digest } }) => `${name} ${digest.slice(7, 15)}`);
  const there =
    names.length > 0
      ? names.join(', ')
      : 'none yet; what a run needs is built when it is open (bench env build NAME does it now)';
  return { works: true, line: `sandbox: ${provider}; environments: ${there}` };
}
