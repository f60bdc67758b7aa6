import type { PythonParser } from '../../python/pythonTypes.ts';
import type { TaskKind } from '../run.ts';
import { createClassGeneration } from './classGeneration.ts';
import { createCompletion } from './completion.ts';
import { createMethodGeneration } from './methodGeneration.ts';
import { createProgramRepair } from './programRepair.ts';
import type { Task } from './task.ts';

/** The three tasks, and generation of whole classes, over one parser. */
export function createTasks(parser: PythonParser): Readonly<Record<TaskKind, Task>> {
  return {
    method_gen_multiturn: createMethodGeneration(parser),
    completion: createCompletion(parser),
    program_repair: createProgramRepair(parser),
    class_generation: createClassGeneration(parser),
  };
}
