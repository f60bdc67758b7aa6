import { Context } from '@temporalio/activity';
import type { Activities, BuildActivities } from './activities.ts';
import { asActivity } from './activityContext.ts';
import { datasetBuild } from './datasetBuild.ts';
import { checkEndpoint } from './checkEndpoint.ts';
import type { Feeding } from './feeding/feeding.ts';
import type { EnvironmentBuilds } from './environmentBuilds.ts';
import { generateAnswer } from './generateAnswer.ts';
import { gradeAnswer } from './gradeAnswer.ts';
import { listUnfinishedItems } from './listUnfinishedItems.ts';
import { createDatasets, createOpenRuns } from './openRuns.ts';
import { planSuite } from './planSuite.ts';
import type { Ports } from './ports.ts';
import { recordAttempt } from './recordAttempt.ts';
import { recordOutcome } from './recordOutcome.ts';
import { sendMetrics } from './sendMetrics.ts';
import { summarizeRun } from './summarizeRun.ts';

/** What the activities of one process share. */
export interface Shared {
  readonly ports: Ports;
  readonly feeding: Feeding;
  readonly builds: EnvironmentBuilds;
}

/** All activities over one set of ports. */
export function createActivities({ ports: given, feeding, builds }: Shared): Activities {
  const ports = { ...given, openEnvironment: builds.open };
  const datasets = createDatasets();
  const openRun = createOpenRuns(ports, datasets);
  return {
    planSuite: guarded(planSuite({ ports, builds, datasets })),
    checkEndpoint: guarded(checkEndpoint(openRun)),
    listUnfinishedItems: guarded(listUnfinishedItems(openRun)),
    generateAnswer: guarded(generateAnswer(openRun, feeding), () =>
      feeding.state(Context.current().info.taskQueue),
    ),
    gradeAnswer: guarded(gradeAnswer(openRun, ports)),
    recordOutcome: guarded(recordOutcome(openRun, ports.observer)),
    recordAttempt: guarded(recordAttempt(openRun, ports.observer)),
    sendMetrics: guarded(sendMetrics(ports)),
    summarizeRun: guarded(summarizeRun(openRun, ports.observer)),
  };
}

/** The steps of a dataset's build over the same ports. */
export function createBuildActivities(ports: Ports): BuildActivities {
  const steps = datasetBuild(ports);
  return {
    surveyTests: guarded(steps.surveyTests),
    chooseMethods: guarded(steps.chooseMethods),
    proveMethods: guarded(steps.proveMethods),
    writeDataset: guarded(steps.writeDataset),
  };
}

/** `details` is what others may see of a step while it is under way. */
function guarded<I, O>(
  activity: (input: I) => Promise<O>,
  details: () => unknown = () => undefined,
): (input: I) => Promise<O> {
  return (input) => asActivity(() => activity(input), details);
}
