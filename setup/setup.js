import { bringAll } from './bringAll.js';
import { needs } from './needs.js';

/*
 * Run by `npm start` and `npm test` before they begin: brings what is missing, and says nothing when nothing is.
 * `--only NAME[,NAME]` looks at these needs alone.
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
    say(error instanceof Error ? error.message : String(error));
    say('what to do: choose another folder with BENCH_HOME=/some/folder, or make room in this one');
  }
  return 2;
}

/** @param {string[]} argumentsGiven */
function chosen(argumentsGiven) {
  const position = argumentsGiven.indexOf('--only');
  if (position === -1) return needs;
  const names = (argumentsGiven[position + 1] ?? '').split(',');
  return needs.filter((need) => names.includes(need.name));
}
