import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { loadConfig } from '../../src/config/loadConfig.ts';
import type { ConfigSource, LoadedConfig } from '../../src/config/loadConfig.ts';
import { parseSetFlag } from '../../src/config/overrides.ts';

/** A folder that is removed when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-config-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes `config.yaml` into a folder of its own and loads it, with --set flags and no variables by default. */
export function load(text: string, set: readonly string[] = [], source: ConfigSource = {}): LoadedConfig {
  const cwd = source.cwd ?? temporaryFolder();
  writeFileSync(join(cwd, 'config.yaml'), text);
  return loadConfig({
    path: 'config.yaml',
    environment: {},
    overrides: set.map(parseSetFlag),
    ...source,
    cwd,
  });
}

/** The message of the ConfigError that an action throws. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Error && error.name === 'ConfigError') return error.message;
    throw error;
  }
  throw new Error('expected a ConfigError, but nothing was thrown');
}
