import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Observer } from '../ports/observer.ts';

/** Counts the steps for an observer, and puts run, item and turn on each line that a step logs. */
export function watchSteps(observer: Observer | undefined): ActivityInterceptorsFactory {
  return ({ info }) => {
    const [, run, item] =
      /^bench\/([^/]+)(?:\/i\/(.+))?/.exec(info.workflowExecution?.workflowId ?? '') ?? [];
    let turn: number | undefined;
    return {
      inbound: {
        async execute(input, next) {
          turn = turnOf(input.args[0]);
          const ended = observer?.stepBegan(info.activityType);
          try {
            const result = await next(input);
            ended?.(false);
            return result;
          } catch (error) {
            ended?.(true);
            throw error;
          }
        },
      },
      outbound: {
        getLogAttributes: (input, next) => ({
          ...next(input),
          ...(run !== undefined && { run }),
          ...(item !== undefined && { item }),
          ...(turn !== undefined && { turn }),
        }),
      },
    };
  };
}

function turnOf(input: unknown): number | undefined {
  if (typeof input !== 'object' || input === null || !('turn' in input)) return undefined;
  return typeof input.turn === 'number' ? input.turn : undefined;
}
