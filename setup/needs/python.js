import { aptInstall, canUseApt, installCommand } from '../apt.js';
import { ask, runLong } from '../runCommand.js';

const candidates = ['python3.11', 'python3.10', 'python3.12', 'python3.9', 'python3.8', 'python3', 'python'];
const fetched = '3.11';
/** Prints what is needed only when a virtual environment with pip can be made. */
const probe =
  'import sys, sqlite3, venv, ensurepip; print("%d.%d.%d" % sys.version_info[:3], sys.executable)';

/** A Python that the repositories under test can run on. @type {import('../types.d.ts').Need} */
export const python = {
  id: 'python',
  name: 'Python 3.8–3.12',
  hint: `${installCommand('python3 python3-venv')}, or install uv and run \`uv python install ${fetched}\``,

  async check() {
    const seen = [];
    for (const command of candidates) {
      const found = await tryPython(command);
      if (found.works) return found;
      if (found.detail !== '') seen.push(found.detail);
    }
    const fromUv = await ask('uv', ['python', 'find', fetched]);
    if (fromUv.code === 0) return tryPython(fromUv.stdout.trim());
    return { works: false, detail: [...new Set(seen)].join('; ') || 'no python3 on PATH' };
  },

  async bring(say) {
    if ((await ask('uv', ['--version'])).code === 0) {
      const args = ['python', 'install', fetched];
      const viaUv = await runLong({ command: 'uv', args, label: `fetching Python ${fetched}`, say }).catch(
        String,
      );
      if (viaUv === undefined) return;
    }
    if (!canUseApt()) throw new Error('no Python from 3.8 to 3.12 with venv was found');
    await aptInstall(['python3', 'python3-venv'], say);
  },
};

/** @param {string} command */
async function tryPython(command) {
  const { code, stdout, stderr } = await ask(command, ['-c', probe]);
  if (code === 0) {
    const [version = '', path = ''] = stdout.trim().split(' ');
    const works = /^3\.(8|9|10|11|12)\./.test(version);
    return { works, detail: works ? `${version}, ${path}` : `${path} is ${version}` };
  }
  const isThere = stderr.includes('ModuleNotFoundError');
  return { works: false, detail: isThere ? `${command} has no venv (package python3-venv)` : '' };
}
