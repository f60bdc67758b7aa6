import { execFile, spawn } from 'node:child_process';

const everySeconds = 10;
const tailBytes = 8_000;

/** @typedef {{ code: number, stdout: string, stderr: string }} Finished */

/**
 * Runs a short command and returns what it printed; a command that is not there has code 127.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, seconds?: number }} [options]
 * @returns {Promise<Finished>}
 */
export function ask(command, args, { env, cwd, seconds = 30 } = {}) {
  return new Promise((resolve) => {
    execFile(command, args, { env, cwd, timeout: seconds * 1000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}

/**
 * Runs a long command; says every ten seconds how far it is; throws with the command's last words when it fails.
 * @param {{
 *   command: string, args: readonly string[], label: string, say: import('./types.d.ts').Say,
 *   env?: NodeJS.ProcessEnv, cwd?: string, describe?: (lines: number, lastLine: string) => string,
 * }} task
 */
export async function runLong({ command, args, label, say, env, cwd, describe = () => '' }) {
  say(`${label} …`);
  const started = Date.now();
  let lines = 0;
  let tail = '';
  const timer = setInterval(() => {
    const progress = describe(lines, lastLineOf(tail));
    say(`${label}: ${progress === '' ? '' : `${progress}, `}${seconds(started)} s`);
  }, everySeconds * 1000);
  try {
    const code = await finish(
      spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] }),
      (text) => {
        lines += text.split('\n').length - 1;
        tail = (tail + text).slice(-tailBytes);
      },
    );
    if (code !== 0) throw new Error(`\`${command} ${args.join(' ')}\` failed: ${lastWords(tail)}`);
    say(`${label}: done in ${seconds(started)} s`);
  } finally {
    clearInterval(timer);
  }
}

/**
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @param {(text: string) => void} onText
 * @returns {Promise<number>}
 */
function finish(child, onText) {
  child.stdout.on('data', (data) => onText(String(data)));
  child.stderr.on('data', (data) => onText(String(data)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** npm ends with where its log is, and apt with a bare code: the line before says more. @param {string} text */
function lastWords(text) {
  const lines = text
    .split('\n')
    .filter((line) => !/complete log of this run|^npm error\s*(code .*)?$/.test(line));
  const fault = lines.find((line) => /^(npm error|E:|error:|fatal:)/i.test(line));
  return fault?.trim().slice(0, 300) ?? lastLineOf(lines.join('\n'));
}

/** @param {string} text */
function lastLineOf(text) {
  return (text.trimEnd().split('\n').at(-1) ?? '').trim().slice(0, 300);
}

/** @param {number} started */
function seconds(started) {
  return Math.round((Date.now() - started) / 1000);
}
