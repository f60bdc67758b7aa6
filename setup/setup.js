import { bringAll } from './bringAll.js';
import { benchHome } from './home.js';
import { needs } from './needs.js';

/*
 * Run by `npm start` and `npm test` before they begin: brings what is missing, and says nothing when nothing is.
 * `--only ID[,ID]` looks at these needs alone.
 */
const oldestNode = 20;

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} argumentsGiven */
async function main(argumentsGiven) {
  const say = (/** @type {string} */ line) => void process.stderr.write(`set-up: ${line}\n`);
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    say(
      `Node ${oldestNode} or newer is needed to begin with; this is ${process.version}. Install a newer one.`,
    );
    return 2;
  }
  try {
    const failure = await bringAll(chosen(argumentsGiven), say);
    if (failure === null) return 0;
    say(`${failure.need.name}: ${failure.detail}`);
    say(`what to do: ${failure.hint}`);
  } catch (error) {
    say(explain(error));
  }
  return 2;
}

/** @param {string[]} argumentsGiven */
function chosen(argumentsGiven) {
  const position = argumentsGiven.indexOf('--only');
  if (position === -1) return needs;
  const ids = (argumentsGiven[position + 1] ?? '').split(',');
  const unknown = ids.find((id) => !needs.some((need) => need.id === id));
  if (unknown === undefined) return needs.filter((need) => ids.includes(need.id));
  throw new Error(`--only knows ${needs.map((need) => need.id).join(', ')}; found "${unknown}"`);
}

/** @param {unknown} error */
function explain(error) {
  if (!(error instanceof Error)) return String(error);
  const isAboutFolder =
    'code' in error && ['EACCES', 'EROFS', 'ENOSPC', 'ENOTDIR'].includes(String(error.code));
  if (!isAboutFolder) return error.message;
  return `BENCH_HOME, ${benchHome()}, cannot be written (${error.message}); name another folder: BENCH_HOME=/some/folder`;
}
