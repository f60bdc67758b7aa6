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
  const ran = /^Ran (\d+) tests? in /m.exec(textual.text)?.[1];
  return {
    'exit code': textual.code === 0,
    'OK, Ran N': /^OK\b/m.test(textual.text) && Number(ran) >= 1,
    'each id ... ok': tests.every((test) => isOkLine(textual.text, test)),
    'JUnit file': tests.every((test) => isPassedCase(file.report ?? '', test)),
  };
}

function isOkLine(output: string, test: string): boolean {
  const { group, name } = split(test);
  const start = output.indexOf(`${name} (${group}`);
  if (start < 0) return false;
  const line = output.slice(start, start + 600);
  return /\.\.\. ok\b/.test(line) && !/\.\.\. (?:FAIL|ERROR)/.test(line.slice(0, line.indexOf('... ok')));
}

function isPassedCase(report: string, test: string): boolean {
  const { group, name } = split(test);
  return report.includes(`<testcase classname="${group}" name="${name}"/>`);
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
      ...[way, inside.source, sitePackages(environment, 'inside'), ...tests],
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
