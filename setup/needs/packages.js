import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../projectRoot.js';
import { runLong } from '../runCommand.js';

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} Entry */

/** The npm packages of package-lock.json, at the versions it says. @type {import('../types.d.ts').Need} */
export const packages = {
  id: 'packages',
  name: 'npm packages',
  hint: 'run `npm ci` in the repository to see why',

  async check() {
    const wanted = await readLock(join(projectRoot, 'package-lock.json'));
    if (wanted === null)
      return { works: false, detail: `there is no readable package-lock.json in ${projectRoot}` };
    // npm writes this file last, so an installation that was interrupted has none, or an old one.
    const installed = await readLock(join(projectRoot, 'node_modules', '.package-lock.json'));
    if (installed === null) return { works: false, detail: 'not installed' };
    const different = Object.keys(wanted).filter((path) => isMissing(path, wanted[path], installed[path]));
    if (different.length === 0) return { works: true, detail: `${Object.keys(installed).length} packages` };
    const names = different.map((path) => path.replace(/^.*node_modules\//, ''));
    const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
    return { works: false, detail: `not as in package-lock.json: ${names.slice(0, 3).join(', ')}${more}` };
  },

  async bring(say) {
    const npm = process.env.npm_execpath;
    const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
    // The packages that build and check are devDependencies; a production setting of the user's shell would drop them.
    const args = [...first, 'ci', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error'];
    await runLong({ command, args, label: 'installing npm packages', say, cwd: projectRoot });
  },
};

/**
 * @param {string} path
 * @param {Entry | undefined} wanted
 * @param {Entry | undefined} installed
 */
function isMissing(path, wanted, installed) {
  if (path === '' || wanted?.optional === true || wanted?.devOptional === true) return false;
  return installed?.version !== wanted?.version || !existsSync(join(projectRoot, path, 'package.json'));
}

/**
 * @param {string} path
 * @returns {Promise<Record<string, Entry> | null>}
 */
async function readLock(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}
