import { Command } from 'commander';
import { toInteger } from './numbers.ts';

/** `bench kill-vllm`: ends started model servers with everything that they started. */
export function killVllmCommand(): Command {
  return new Command('kill-vllm')
    .description(
      'Stop the vLLM servers, and those of the embedded engine, that this tool started on this machine, their engines and workers included; servers of others are left alone.',
    )
    .option('--port <n>', 'only the server on this port', toInteger)
    .action(kill);
}

async function kill({ port }: { readonly port?: number }): Promise<void> {
  const { runningServers, stopServers } = await import('../models/serving/index.ts');
  const running = await runningServers();
  const chosen = running.filter((server) => port === undefined || server.port === port);
  if (chosen.length === 0) {
    process.stderr.write('No vLLM server of ours runs here, and none of the embedded engine.\n');
    return;
  }
  await stopServers(chosen);
  for (const server of chosen)
    process.stdout.write(`stopped: port ${server.port}, ${server.models.join(', ')}\n`);
}
