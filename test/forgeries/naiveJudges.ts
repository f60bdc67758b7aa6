import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join, posix } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import {
  fixedArguments,
  inside,
  maskArguments,
  sitePackages,
} from '../../src/sandbox/bubblewrap/arguments.ts';
import { viewOf } from '../../src/sandbox/bubblewrap/bubblewrapLauncher.ts';
import type { Subject } from './corpus.ts';

/** The usual ways to decide whether tests passed, in the order of the table. */
export const naiveJudges = ['exit code', 'OK, Ran N', 'each id ... ok', 'JUnit file'] as const;
export type NaiveJudge = (typeof naiveJudges)[number];

/** Which of the usual ways would take the candidate for a pass; each is really run, in a sandbox of its own. */
export async function askNaiveJudges(subject: Subject): Promise<Record<NaiveJudge, boolean>> {
  const [textual, file] = await Promise.all([runJudge(subject, 'text'), runJudge(subject, 'file')]);
  const tests = [...subject.expected.keys()];
  const { summary, okLine, passedCase } = signsOf(subject.request.environment.adapter);
  return {
    'exit code': textual.code === 0,
    'OK, Ran N': summary(textual.text),
    'each id ... ok': tests.every((test) => okLine(textual.text, test)),
    'JUnit file': tests.every((test) => passedCase(file.report ?? '', test)),
  };
}

/** How a runner's output says that tests passed. */
interface Signs {
  readonly summary: (output: string) => boolean;
  readonly okLine: (output: string, test: string) => boolean;
  readonly passedCase: (report: string, test: string) => boolean;
}

const ofDjango: Signs = {
  summary: (output) => /^OK\b/m.test(output) && Number(/^Ran (\d+) tests? in /m.exec(output)?.[1] ?? 0) >= 1,
  okLine: isOkLine,
  passedCase: (report, test) => {
    const { group, name } = split(test);
    return report.includes(`<testcase classname="${group}" name="${name}"/>`);
  },
};

const ofPytest: Signs = {
  summary: (output) => /^=+ [1-9]\d* passed(?:, \d+ warnings?)? in /m.test(output),
  okLine: (output, test) => output.split('\n').some((line) => line.startsWith(`${test} PASSED`)),
  passedCase: (report, test) =>
    new RegExp(`name="${test.split('::').at(-1)}" time="[^"]*"\\s*/>`).test(report),
};

/** It writes no file. */
const ofSympy: Signs = {
  summary: (output) => /^=* *tests finished: [1-9]\d* passed, in /m.test(output),
  okLine: (output, test) =>
    new RegExp(`^${split(test).name}\\b[^]*?\\bok\\b`, 'm').test(output) && !/\b[FE]$/m.test(output),
  passedCase: () => false,
};

function signsOf(adapter: string): Signs {
  if (adapter === 'pytest') return ofPytest;
  return adapter === 'sympy' ? ofSympy : ofDjango;
}

function isOkLine(output: string, test: string): boolean {
  const { group, name } = split(test);
  const start = output.indexOf(`${name} (${group}`);
  if (start < 0) return false;
  const line = output.slice(start, start + 600);
  return /\.\.\. ok\b/.test(line) && !/\.\.\. (?:FAIL|ERROR)/.test(line.slice(0, line.indexOf('... ok')));
}

function split(test: string): { group: string; name: string } {
  const dot = test.lastIndexOf('.');
  return { group: test.slice(0, dot), name: test.slice(dot + 1) };
}

const seen = z.object({ code: z.int(), text: z.string(), report: z.string().nullable() });

async function runJudge({ request }: Subject, way: 'text' | 'file'): Promise<z.infer<typeof seen>> {
  const { environment, filePath, fileContent, tests } = request;
  const view = await viewOf(environment, 'once', true);
  const judges = '/bench/judges';
  const python = posix.join(inside.venv, 'bin', posix.basename(environment.python));
  const child = spawn(
    'bwrap',
    [
      ...fixedArguments(view),
      ...maskArguments(view, filePath),
      ...['--ro-bind', join(import.meta.dirname, 'judges'), judges],
      ...['--perms', '0644', '--ro-bind-data', '3', posix.join(inside.source, filePath)],
      ...['--remount-ro', '/', '--chdir', '/tmp', '--', python, '-s', posix.join(judges, 'outer.py')],
      ...[way, environment.adapter, inside.source, sitePackages(environment, 'inside'), ...tests],
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], timeout: 60_000, killSignal: 'SIGKILL' },
  );
  (child.stdio[3] as Writable).on('error', () => undefined).end(fileContent);
  const [output, complaint] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
  ]);
  const line = output.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`A judge did not answer: ${complaint.trim() || output}`);
  return seen.parse(JSON.parse(line));
}
