import { fileURLToPath } from 'node:url';
import { findVllm } from './findVllm.ts';
import { vllmArguments, type VllmPlan } from './vllmCommand.ts';

/** A server of the embedded engine to be started. */
export interface EmbeddedPlan {
  readonly kind: 'embedded';
  /** Where the engine was installed. */
  readonly engineFolder: string;
  /** A GGUF file. */
  readonly weights: string;
  readonly servedName: string;
  readonly port: number;
  /** Tokens; null leaves it to the model. */
  readonly contextSize: number | null;
  readonly threads: number;
  readonly gpu: 'auto' | 'none';
}

/** One server to be started. */
export type ServerPlan = VllmPlan | EmbeddedPlan;

export interface ServerCommand {
  readonly plan: ServerPlan;
  readonly argv: readonly string[];
}

/** The commands that start servers. Throws ConfigError where vLLM is wanted and not there. */
export async function commandsOf(plans: readonly ServerPlan[]): Promise<ServerCommand[]> {
  const vllm = plans.some(({ kind }) => kind === 'vllm') ? await findVllm() : '';
  return plans.map((plan) => ({
    plan,
    argv: plan.kind === 'vllm' ? [vllm, ...vllmArguments(plan)] : embeddedCommand(plan),
  }));
}

const entry = fileURLToPath(new URL('./embedded/serve.ts', import.meta.url));

function embeddedCommand(plan: EmbeddedPlan): string[] {
  return [
    ...[process.execPath, entry, '--engine', plan.engineFolder, '--weights', plan.weights],
    ...['--name', plan.servedName, '--port', String(plan.port), '--threads', String(plan.threads)],
    ...(plan.contextSize === null ? [] : ['--context-size', String(plan.contextSize)]),
    ...(plan.gpu === 'none' ? ['--cpu'] : []),
  ];
}
