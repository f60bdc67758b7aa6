import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { GateState } from '../../activities/feeding/gate.ts';
import * as messages from '../../workflows/messages.ts';
import { runId, suiteId } from '../../workflows/workflowIds.ts';
import { addCounts } from '../core/flow/decisions.ts';
import type { RunProgress } from '../core/flow/plans.ts';
import { pendingSteps, startedState, stepsOf, type PendingStep } from './pendingSteps.ts';

/** Enough to see what a run waits for. */
const fewWorkflows = 20;

/** The runs of a suite; null while it is planned or when it has ended. */
export async function runsOfSuite(client: Client, suite: string): Promise<messages.SuiteRuns | null> {
  return client.workflow.getHandle(suiteId(suite)).query(messages.suiteRuns);
}

/** A run's counters at this moment: those of closed shards, and what the open ones say themselves. */
export async function liveProgress(client: Client, run: string): Promise<RunProgress> {
  const handle = client.workflow.getHandle(runId(run));
  const [progress, state] = await Promise.all([
    handle.query(messages.progress),
    handle.query(messages.state),
  ]);
  const asked = state.openShards.map(({ workflowId }) =>
    client.workflow.getHandle(workflowId).query(messages.shardCounts),
  );
  const answers = await Promise.allSettled(asked);
  // A shard that closes between the two questions is in neither answer: the run's own counters are the floor.
  if (answers.some(({ status }) => status === 'rejected')) return progress;
  const open = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  return { ...progress, ...addCounts([state.closed, ...open]) };
}

/** How the endpoint of a run is fed, as the process that does it said a moment ago; null while nothing is asked. */
export async function feedingOf(client: Client, run: string): Promise<GateState | null> {
  const query = `WorkflowId STARTS_WITH '${runId(run)}/i/' AND ExecutionStatus = 'Running'`;
  for await (const steps of pendingSteps(client, query, fewWorkflows)) {
    for (const { activityType, heartbeatDetails } of steps) {
      const [payload] = heartbeatDetails?.payloads ?? [];
      if (activityType?.name !== 'generateAnswer' || payload === undefined) continue;
      const state = defaultPayloadConverter.fromPayload<GateState | null>(payload);
      if (state !== null) return state;
    }
  }
  return null;
}

/** Why steps of these workflows are being retried: attempt, since when, and the last error's words. */
export async function waitingSteps(client: Client, run: string): Promise<string[]> {
  const id = runId(run);
  const query = `(WorkflowId = '${id}' OR WorkflowId STARTS_WITH '${id}/') AND ExecutionStatus = 'Running'`;
  const waiting = new Map<string, string>();
  for await (const steps of pendingSteps(client, query, fewWorkflows))
    for (const [words, line] of waitsOf(steps)) waiting.set(words, line);
  return [...waiting.values()].slice(0, 3);
}

/** Why a suite is not planned yet; by the words of the error, which stay the same from try to try. */
export async function planningWaits(client: Client, suite: string): Promise<ReadonlyMap<string, string>> {
  return waitsOf(await stepsOf(client, suiteId(suite)));
}

function waitsOf(steps: readonly PendingStep[]): Map<string, string> {
  const waiting = new Map<string, string>();
  for (const step of steps) {
    const building = buildingOf(step);
    if (building !== null) waiting.set(building, building);
    const message = step.lastFailure?.message;
    if (!message || (step.attempt ?? 0) < 2) continue;
    const seconds = Number(step.scheduledTime?.seconds ?? 0);
    const since = seconds > 0 ? ` since ${new Date(seconds * 1000).toISOString().slice(11, 19)}Z` : '';
    waiting.set(
      message,
      `${step.activityType?.name} is waiting${since}, attempt ${step.attempt}: ${message}`,
    );
  }
  return waiting;
}

/** How far the environment is that a planning builds, as the worker said a moment ago. */
function buildingOf({ activityType, state, heartbeatDetails }: PendingStep): string | null {
  const [payload] = heartbeatDetails?.payloads ?? [];
  if (activityType?.name !== 'planSuite' || state !== startedState || payload === undefined) return null;
  const said: unknown = defaultPayloadConverter.fromPayload(payload);
  return typeof said === 'string' ? said : null;
}

/** Suites whose runs are not there yet, with what their planning waits for. */
export async function openPlannings(client: Client): Promise<Planning[]> {
  const plannings: Planning[] = [];
  const query = "WorkflowType = 'benchSuite' AND ExecutionStatus = 'Running'";
  for await (const { workflowId } of client.workflow.list({ query })) {
    const steps = await stepsOf(client, workflowId);
    if (!steps.some(({ activityType }) => activityType?.name === 'planSuite')) continue;
    const suite = workflowId.slice(suiteId('').length);
    plannings.push({ suite, waiting: [...waitsOf(steps).values()] });
  }
  return plannings;
}

export interface Planning {
  readonly suite: string;
  readonly waiting: readonly string[];
}
