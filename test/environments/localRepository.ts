import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { resourcesFolder } from '../../src/environments/resourcesFolder.ts';
import { sha256OfFolder } from '../../src/environments/fileDigests.ts';

/** A folder with a repository that a description names by its path, in a BENCH_HOME of its own. */
export interface LocalRepository extends Disposable {
  readonly home: string;
  readonly folder: string;
  /** Path of the description. */
  readonly spec: string;
}

/** pytest alone, pinned. */
export const pytestRequirements = join(resourcesFolder(), 'repositories', 'boltons.requirements.txt');

/** Sets BENCH_HOME until disposed. `keys` are put over those of a description that works. */
export async function localRepository(
  files: Readonly<Record<string, string>>,
  keys: Readonly<Record<string, unknown>> = {},
): Promise<LocalRepository> {
  const home = mkdtempSync(join(tmpdir(), 'bench-home-'));
  const before = process.env['BENCH_HOME'];
  process.env['BENCH_HOME'] = home;
  const folder = join(home, 'repository');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const spec = join(home, 'local.yaml');
  const description = {
    ...{ schema: 1, name: 'local', title: 'Local', targets: ['local'], import_paths: ['.'] },
    ...{ check_module: 'local', python: { prefer: ['3.11', '3.12', '3.10', '3.13', '3.9', '3.8'] } },
    source: { path: 'repository', sha256: await sha256OfFolder(folder) },
    adapter: { name: 'unittest' },
    ...keys,
  };
  writeFileSync(spec, stringify(description));
  return {
    home,
    folder,
    spec,
    [Symbol.dispose]() {
      if (before === undefined) delete process.env['BENCH_HOME'];
      else process.env['BENCH_HOME'] = before;
      rmSync(home, { recursive: true, force: true });
    },
  };
}
