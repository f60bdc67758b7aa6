import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A repository of one module, with its source distribution where a download would be, in a BENCH_HOME of its own. */
export interface TinyRepository extends Disposable {
  readonly home: string;
  readonly spec: string;
}

/** Sets BENCH_HOME until disposed. */
export function tinyRepository(change: (text: string) => string = (text) => text): TinyRepository {
  const home = mkdtempSync(join(tmpdir(), 'bench-home-'));
  const before = process.env['BENCH_HOME'];
  process.env['BENCH_HOME'] = home;
  mkdirSync(join(home, 'tiny-1.0', 'tiny'), { recursive: true });
  writeFileSync(join(home, 'tiny-1.0', 'tiny', '__init__.py'), 'def one():\n    return 1\n');
  writeFileSync(join(home, 'tiny-1.0', 'LICENSE'), 'free\n');
  execFileSync('tar', ['czf', 'tiny.tar.gz', 'tiny-1.0'], { cwd: home });
  const archive = readFileSync(join(home, 'tiny.tar.gz'));
  const sha256 = createHash('sha256').update(archive).digest('hex');
  mkdirSync(join(home, 'downloads'));
  writeFileSync(join(home, 'downloads', `tiny-1.0-${sha256.slice(0, 16)}.tar.gz`), archive);
  const spec = join(home, 'tiny.yaml');
  writeFileSync(join(home, 'tiny.requirements.txt'), '');
  writeFileSync(spec, change(specText(sha256)));
  return {
    home,
    spec,
    [Symbol.dispose]() {
      if (before === undefined) delete process.env['BENCH_HOME'];
      else process.env['BENCH_HOME'] = before;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function specText(sha256: string): string {
  return `schema: 1
name: tiny
title: Tiny 1.0
source: { package: tiny, version: '1.0', sha256: '${sha256}', licenses: [LICENSE], leave_out: [] }
python: { prefer: ['3.11', '3.10', '3.12', '3.9', '3.8'] }
requirements: tiny.requirements.txt
targets: [tiny]
import_paths: ['.']
check_module: tiny
adapter: { name: django, version: 1, options: {} }
`;
}
