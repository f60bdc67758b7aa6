import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectNode, projectRoot } from '../projectRoot.js';
import { ask, runLong } from '../runCommand.js';

const repository = 'django';
const main = join(projectRoot, 'src', 'cli', 'main.ts');

/** Opens the environment of the current description, or says in one line why not. */
const probe = `
  const { openEnvironment } = await import(${JSON.stringify(`file://${projectRoot}/src/environments/index.ts`)});
  try {
    const { root, digest, python } = await openEnvironment(${JSON.stringify(repository)});
    console.log(JSON.stringify({ root, digest, python }));
  } catch (error) {
    console.error(error.message.split('\\n')[0]);
    process.exitCode = 1;
  }`;

/** Django 4.0.4 made ready to run: source tree, virtual environment, byte code. @type {import('../types.d.ts').Need} */
export const environment = {
  id: 'environment',
  name: 'Django environment',
  hint: 'run `npx bench env build django` to see why',

  async check({ thorough }) {
    const { code, stdout, stderr } = await ask(projectNode, ['--input-type=module', '-e', probe]);
    if (code !== 0) return { works: false, detail: lastLine(stderr) };
    const { root, digest, python } = JSON.parse(stdout);
    if (!existsSync(python)) return { works: false, detail: `${python} is gone` };
    if (thorough) {
      const tried = await ask(python, ['-I', '-c', 'pass']);
      if (tried.code !== 0)
        return { works: false, detail: `${python} does not run: ${lastLine(tried.stderr)}` };
    }
    return { works: true, detail: `${digest.slice(0, 19)}, ${root}` };
  },

  async bring(say) {
    await runLong({
      command: projectNode,
      args: [main, 'env', 'build', repository],
      label: 'building the Django environment',
      describe: (_, line) => line,
      cwd: projectRoot,
      say,
    });
  },
};

/** @param {string} text */
function lastLine(text) {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
