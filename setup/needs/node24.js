import { projectNode, projectRoot } from '../projectRoot.js';
import { ask, runLong } from '../runCommand.js';

/** Node 24 inside node_modules: it runs TypeScript as it is, and the system's may be older. @type {import('../types.d.ts').Need} */
export const node24 = {
  id: 'node',
  name: 'Node 24',
  hint: 'run `npm rebuild node --foreground-scripts` in the repository to see why',

  async check() {
    const { code, stdout } = await ask(projectNode, ['--version']);
    if (code !== 0) return { works: false, detail: 'node_modules/.bin/node does not run' };
    const version = stdout.trim();
    return { works: /^v(2[4-9]|[3-9]\d)\./.test(version), detail: `${version}, node_modules/.bin/node` };
  },

  async bring(say) {
    // The package links its binary in an install script, which npm's configuration may forbid.
    const args = ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'];
    await runLong({ command: 'npm', args, label: 'fetching Node 24', say, cwd: projectRoot });
  },
};
