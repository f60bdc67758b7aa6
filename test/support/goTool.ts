import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { benchHome } from '../../setup/home.js';

const run = promisify(execFile);

/** Can a tool be had: is it built already, or is there a Go that builds it? */
export function canBuildGoTool(name: string): boolean {
  return existsSync(toolFolder(name)) || spawnSync('go', ['version']).status === 0;
}

/** The folder of programs from Go modules (`example.org/module/cmd/name@version`), built once per machine. */
export async function buildGoTool(name: string, ...sources: readonly string[]): Promise<string> {
  const folder = toolFolder(name);
  if (existsSync(folder)) return folder;
  const building = `${folder}.${process.pid}`;
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '', GOBIN: building };
  for (const source of sources)
    await run('go', ['install', '-trimpath', '-ldflags', '-s -w', source], { env });
  await rename(building, folder).catch(async (error: unknown) => {
    if (!existsSync(folder)) throw error;
    await rm(building, { recursive: true });
  });
  return folder;
}

function toolFolder(name: string): string {
  return join(benchHome(), 'test-tools', name);
}
