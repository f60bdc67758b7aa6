import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import { suiteId } from '../../workflows/workflowIds.ts';
import type { RunProgress } from '../core/flow/plans.ts';
import { createProgressLog, renderProgressBars } from '../report/progress.ts';
import { escapeForTerminal } from '../report/escape.ts';
import { liveProgress, runsOfSuite, waitingSteps } from '../temporal/followSuite.ts';
import type { Submission } from '../temporal/submitSuite.ts';
import { tell, type Session } from './session.ts';

/** Shows the progress of a suite until it ends: bars on a terminal, plain lines in a pipe. */
export async function followSuite(
  session: Session,
  submission: Pick<Submission, 'handle' | 'suite'>,
  signal: AbortSignal,
): Promise<'ended' | 'interrupted'> {
  const ended = endOf(submission.handle, signal);
  const display = createDisplay();
  let outcome: 'ended' | 'interrupted' | 'open' = 'open';
  while (outcome === 'open') {
    await show(session, submission.suite, display);
    const pause = sleep(1000).then((): 'open' => 'open');
    outcome = await Promise.race([ended, interruption(signal), pause]);
  }
  display.end();
  return outcome;
}

/** The engine's answer may have to be asked for again when the server dies meanwhile. */
async function endOf(handle: Submission['handle'], signal: AbortSignal): Promise<'ended'> {
  while (!signal.aborted) {
    try {
      await handle.result();
      return 'ended';
    } catch (error) {
      if (!isGrpcServiceError(error)) return 'ended';
      await sleep(1000);
    }
  }
  return 'ended';
}

function interruption(signal: AbortSignal): Promise<'interrupted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('interrupted');
    else signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
  });
}

async function show(session: Session, suite: string, display: Display): Promise<void> {
  try {
    const planned = await answerWithin(runsOfSuite(session.client, suite));
    if (planned === null) return;
    const asked = planned.runs.map(({ run }) => answerWithin(liveProgress(session.client, run)));
    const answers = await Promise.allSettled(asked);
    display.runs(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])));
    if (!display.stalled()) return;
    const waiting = await Promise.all(planned.runs.map(({ run }) => waitingSteps(session.client, run)));
    display.note([...new Set(waiting.flat())]);
  } catch {
    display.note([await whoIsAway(session, suite)]);
  }
}

/** Progress is asked of a worker, through the server: either may be away. */
async function whoIsAway({ client, server }: Session, suite: string): Promise<string> {
  try {
    await answerWithin(client.workflow.getHandle(suiteId(suite)).describe());
    return 'No worker answers; the run goes on when there is one: `bench worker`.';
  } catch {
    return `${server.address} does not answer; the run goes on when it is back.`;
  }
}

/** A query waits for a worker; a screen does not. */
async function answerWithin<T>(question: Promise<T>): Promise<T> {
  const limit = sleep(5000, undefined, { ref: false }).then((): never => {
    throw new Error('no answer');
  });
  return Promise.race([question, limit]);
}

interface Display {
  runs(progress: readonly RunProgress[]): void;
  note(lines: readonly string[]): void;
  /** Nothing has moved for a while. */
  stalled(): boolean;
  end(): void;
}

const stallMilliseconds = 5000;

function createDisplay(): Display {
  const isTerminal = process.stderr.isTTY === true;
  const log = createProgressLog();
  let drawn = 0;
  let lastNote = '';
  let last = { counts: '', at: Date.now() };
  const draw = (lines: readonly string[]): void => {
    process.stderr.write(
      `${drawn > 0 ? `\u001b[${drawn}A` : ''}${lines.map((line) => `\u001b[2K${line}\n`).join('')}`,
    );
    drawn = lines.length;
  };
  return {
    runs(runs) {
      const now = Date.now();
      const counts = JSON.stringify(runs.map(({ finished, turns, state }) => [finished, turns, state]));
      if (counts !== last.counts) last = { counts, at: now };
      if (isTerminal) draw(renderProgressBars({ runs, now, columns: process.stderr.columns ?? 100 }));
      else for (const line of log(runs, now)) tell(line);
    },
    note(lines) {
      const text = lines.map((line) => escapeForTerminal(line, 300)).join('\n');
      if (text === '' || text === lastNote) return;
      lastNote = text;
      tell(text);
      drawn = 0;
    },
    stalled: () => Date.now() - last.at > stallMilliseconds,
    end: () => void (drawn = 0),
  };
}
