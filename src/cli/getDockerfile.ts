import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { resourcePath } from '../config/resources.ts';
import { writeNewFiles } from './writeOnce.ts';

/** `bench get-dockerfile`: writes what the images of the docker sandbox are built from. */
export function getDockerfileCommand(): Command {
  return new Command('get-dockerfile')
    .description('Write the Dockerfile that images of the docker sandbox are built from.')
    .argument('[file]', 'where to; - prints it', 'Dockerfile.sandbox')
    .option('--force', 'overwrite a file that exists')
    .addHelpText(
      'after',
      '\nbench builds an image per environment by itself. Lines of your own come in by paths.docker_commands, another\n' +
        'base image by the variable BENCH_BASE_IMAGE.',
    )
    .action(getDockerfile);
}

function getDockerfile(file: string, { force }: { force?: true }): void {
  const content = readFileSync(resourcePath('docker', 'Dockerfile'), 'utf8');
  if (file === '-') {
    process.stdout.write(content);
    return;
  }
  for (const path of writeNewFiles([{ path: file, content }], force === true))
    process.stdout.write(`${path}\n`);
}
