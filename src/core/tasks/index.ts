import type { PythonParser } from '../../python/pythonTypes.ts';
import type { TaskName } from '../row.ts';
import { createCompletion } from './completion.ts';
import { createMethodGeneration } from './methodGeneration.ts';
import { createProgramRepair } from './programRepair.ts';
import type { Task } from './task.ts';

/** The three tasks over one parser. */
export function createTasks(parser: PythonParser): Readonly<Record<TaskName, Task>> {
  return {
    method_gen_multiturn: createMethodGeneration(parser),
    completion: createCompletion(parser),
    program_repair: createProgramRepair(parser),
  };
}
