import { join } from 'node:path';
import { projectRoot } from './projectRoot.js';
import { ask, runLong } from './runCommand.js';
import { pinnedCliVersion } from './temporalCli.js';

const module = 'github.com/temporalio/cli';
const linkerFlags = `-s -w -X ${module}/temporalcli.Version=${pinnedCliVersion}`;

/**
 * Builds the CLI from the Go module pinned in tools/temporal: about four minutes on two cores.
 * @param {string} target
 * @param {import('./types.d.ts').Say} say
 */
export async function buildCli(target, say) {
  const version = await ask('go', ['version']);
  if (version.code !== 0)
    throw new Error('Go is needed to build the Temporal CLI, and there is no `go` on PATH');
  const cwd = join(projectRoot, 'tools', 'temporal');
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-mod=readonly' };
  const listing = { command: 'go', args: ['mod', 'download'], cwd, env, say };
  await runLong({
    ...listing,
    label: 'fetching the Go modules of the Temporal CLI',
    describe: (_, line) => line,
  });
  const listed = await ask('go', ['list', '-deps', `${module}/cmd/temporal`], { cwd, env, seconds: 120 });
  const total = listed.stdout.split('\n').length;
  await runLong({
    command: 'go',
    args: ['build', '-v', '-trimpath', '-ldflags', linkerFlags, '-o', target, `${module}/cmd/temporal`],
    label: 'building the Temporal CLI (about 4 minutes on 2 cores)',
    describe: (lines) => `${lines} of at most ${total} packages`,
    cwd,
    env,
    say,
  });
}
