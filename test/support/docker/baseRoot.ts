import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PreparedEnvironment } from '../../../src/ports/sandbox.ts';
import { pythonHomeOf, pythonName } from '../../../src/sandbox/bubblewrap/arguments.ts';

const tools = ['sh', 'cp', 'ln', 'mkdir', 'rm', 'cat', 'chmod'];

/** Fills a folder with the root of a base image made from this machine: its Python as in python:slim, a shell, six tools. */
export function fillBaseRoot(root: string, environment: PreparedEnvironment): void {
  const name = pythonName(environment);
  const home = pythonHomeOf(environment);
  for (const folder of [
    'usr/local/bin',
    'usr/local/lib',
    'usr/bin',
    'usr/lib',
    'etc',
    'tmp',
    'root',
    'var/tmp',
  ])
    mkdirSync(join(root, folder), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
  symlinkSync('usr/bin', join(root, 'bin'));
  const standard = join(home, 'lib', name);
  const leftOut = /\/(site-packages|dist-packages|test|tests|idlelib|tkinter|turtledemo|config-3[^/]*)$/;
  cpSync(standard, join(root, 'usr/local/lib', name), {
    recursive: true,
    dereference: true,
    // Byte code names the time of its source.
    preserveTimestamps: true,
    filter: (path) => !leftOut.test(path),
  });
  const executable = realpathSync(join(home, 'bin', name));
  cpSync(executable, join(root, 'usr/local/bin', name));
  const programs = tools.map((tool) => [tool, realpathSync(join('/bin', tool))] as const);
  for (const [tool, path] of programs) cpSync(path, join(root, 'usr/bin', tool));
  const modules = readdirSync(join(standard, 'lib-dynload')).map((one) => join(standard, 'lib-dynload', one));
  const packaged = sharedObjects(join(environment.root, 'venv'));
  for (const library of librariesOf([
    executable,
    ...programs.map(([, path]) => path),
    ...modules,
    ...packaged,
  ])) {
    // libpython is where the compiled-in run path does not reach; everything else keeps its place.
    const at =
      library.startsWith('/lib') || library.startsWith('/usr/lib')
        ? library
        : `/usr/local/lib/${library.split('/').at(-1) ?? ''}`;
    const target = join(root, at);
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target)) cpSync(realpathSync(library), target);
  }
  execFileSync('ldconfig', ['-r', root, '/usr/local/lib', '/lib', '/usr/lib']);
}

function sharedObjects(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.so(\.|$)/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Absolute paths of the shared libraries that these files need on this machine. */
function librariesOf(files: readonly string[]): string[] {
  const found = new Set<string>();
  for (const file of files) {
    for (const [, path] of ldd(file).matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)) if (path) found.add(path);
  }
  return [...found].filter((path) => !path.includes('site-packages'));
}

function ldd(file: string): string {
  try {
    return execFileSync('ldd', [file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
