import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ConfigError } from '../core/errors.ts';
import type { Manifest } from './manifest.ts';

/** The user's own kubectl knows their clusters and how to log in to them. Throws ConfigError with its words. */
export async function kubectl(args: readonly string[], input = ''): Promise<string> {
  const child = spawn('kubectl', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // One that ends early does not read all of it.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [out] = await Promise.all([text(child.stdout), untilEnd(child, args)]);
  return out;
}

/** Hands kubectl our own output, for what goes on for long. */
export async function kubectlHere(args: readonly string[]): Promise<void> {
  await untilEnd(spawn('kubectl', args, { stdio: ['ignore', 'inherit', 'pipe'] }), args);
}

async function untilEnd(
  child: ChildProcess & { readonly stderr: Readable },
  args: readonly string[],
): Promise<void> {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [code, said] = await Promise.all([ended, text(child.stderr)]).catch(refuse);
  if (code !== 0) throw new ConfigError(`kubectl ${args[0] ?? ''}: ${wordsOf(said) || `ended with ${code}`}`);
}

/** Without the lines of its own log. */
function wordsOf(said: string): string {
  return said
    .split('\n')
    .filter((line) => !/^[EIWF]\d{4} /.test(line))
    .join('\n')
    .trim();
}

/** Makes the objects or brings them up to date; the server refuses every field that it does not know. */
export async function applyManifests(manifests: readonly Manifest[]): Promise<string> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
  const strict = ['--server-side', '--force-conflicts', '--field-manager=triathlon', '--validate=strict'];
  return kubectl(['apply', ...strict, '--filename=-'], list);
}

/** `--namespace` where one is named; else kubectl's own. */
export function inNamespace(namespace: string | null | undefined): readonly string[] {
  return namespace ? [`--namespace=${namespace}`] : [];
}

function refuse(cause: unknown): never {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
    throw new ConfigError(
      'kubectl is not on PATH; bench k8s asks the cluster through it.\n' +
        'Get it from https://kubernetes.io/docs/tasks/tools/, or print the objects: --dry-run.',
      { cause },
    );
  throw cause;
}
