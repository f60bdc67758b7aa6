#!/usr/bin/env node
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/*
 * Starts the command line with a Node that runs it: this one when it is new enough, or else the one that npm brought.
 * Plain JavaScript that any Node from 20 on understands.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const main = `${root}src/cli/main.ts`;
const projectNode = `${root}node_modules/.bin/node`;

if (!existsSync(`${root}node_modules/.package-lock.json`)) setUp();
if (Number(process.versions.node.split('.')[0]) >= 24) await import(`file://${main}`);
else runWith(existsSync(projectNode) ? projectNode : 'node24-is-missing');

/** A fresh clone: the packages are enough to start; `npm start` brings the rest. */
function setUp() {
  const script = `${root}setup/setup.js`;
  const { status } = spawnSync(process.execPath, [script, '--only', 'packages,node'], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(2);
}

/** @param {string} node */
function runWith(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both of us; whoever signals only this process means the other one.
  process.on('SIGINT', () => void (process.stdin.isTTY || child.kill('SIGINT')));
  process.on('SIGTERM', () => void child.kill('SIGTERM'));
  process.on('SIGHUP', () => void child.kill('SIGHUP'));
  child.on('error', () => {
    process.stderr.write(
      `bench needs Node 24, this is ${process.version}; run \`npm start\` in ${root} once\n`,
    );
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
