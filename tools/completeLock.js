import { readFileSync, writeFileSync } from 'node:fs';

/*
 * Adds to package-lock.json what npm leaves out when a registry does not have a package for some platform yet: without
 * these entries `npm ci` refuses the file everywhere. Run it after `npm install NAME` when the test of the lock says so.
 */
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'arm'];

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const entry of Object.values(lock.packages)) addMissing(entry.optionalDependencies ?? {});
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);

/** @param {Record<string, string>} dependencies */
function addMissing(dependencies) {
  const known = Object.keys(dependencies).map((name) => lock.packages[`node_modules/${name}`]);
  const sibling = known.find((entry) => entry !== undefined);
  for (const [name, version] of Object.entries(dependencies)) {
    const os = systems.find((system) => name.includes(system));
    const cpu = processors.find((processor) => name.includes(processor));
    if (lock.packages[`node_modules/${name}`] !== undefined || os === undefined || cpu === undefined) continue;
    const libc = os !== 'linux' ? undefined : name.includes('musl') ? ['musl'] : name.includes('gnu') ? ['glibc'] : undefined;
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      dev: sibling?.dev,
      libc,
      license: sibling?.license,
      optional: true,
      os: [os],
      engines: sibling?.engines,
    };
    process.stdout.write(`added ${name} ${version}\n`);
  }
}
