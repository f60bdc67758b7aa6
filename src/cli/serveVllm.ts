import { Command } from 'commander';
import { configFromOptions } from './configOptions.ts';
import { interruptSignal } from './interrupt.ts';
import { startServersFor, withServingOptions, type ServingOptions } from './servingOptions.ts';

interface ServeOptions extends ServingOptions {
  readonly config?: string;
  readonly set?: readonly string[];
}

/** `bench serve-vllm`: vLLM servers, or those of the embedded engine, that stay until `bench kill-vllm`. */
export function serveVllmCommand(): Command {
  const command = new Command('serve-vllm')
    .description(
      "Start vLLM servers for a configuration's model and its LoRA adapters (or the embedded engine's, for provider embedded), wait until each answers, and leave them running.",
    )
    .option('-c, --config <file>', 'configuration file')
    .option(
      '-s, --set <key=value>',
      'set any key; repeatable',
      (value: string, before: string[]) => [...before, value],
      [],
    );
  return withServingOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  bench serve-vllm --config config.yaml --gpu_ids=0,1 --base_port=3117
  bench run --config config.yaml --ports 3117,3118
  bench kill-vllm

Any flag of vLLM goes under inference.vllm_args. bench run --autorun starts and stops the servers by itself.`,
    )
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const config = await configFromOptions({ ...options });
  const { embeddedMembers } = await import('../config/embeddedModel.ts');
  const embedded = embeddedMembers(config);
  const { records } = await startServersFor(config, options, {
    // Without a model of either kind, vLLM's part says what is missing.
    vllm: embedded.length === 0,
    embedded,
    owned: false,
    signal: interruptSignal(),
  });
  for (const { port, models } of records) {
    process.stdout.write(`http://127.0.0.1:${port}/v1  ${models.join(', ')}\n`);
  }
}
