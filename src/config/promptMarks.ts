import type { TaskKind } from '../core/run.ts';

/** The texts of a task, and the marks that each may hold. */
export type PromptMarks = Readonly<Record<string, readonly string[]>>;

const reportMarks = ['failing', 'total', 'report'];

const feedbackMarks: PromptMarks = {
  feedback_tests: reportMarks,
  feedback_stopped: ['how', ...reportMarks],
  feedback_hidden: [],
  feedback_unusable_answer: ['explanation'],
  feedback_syntax_error: ['explanation'],
};

/** What the files in resources/prompts must hold. */
export const promptMarks: Readonly<Record<TaskKind, PromptMarks>> = {
  method_gen_multiturn: {
    system: [],
    prompt: ['file_path', 'method', 'declaration', 'description', 'context'],
    ...feedbackMarks,
  },
  completion: { system: [], prompt: ['file_path', 'method', 'half_method', 'context'], ...feedbackMarks },
  program_repair: {
    system: [],
    prompt: ['file_path', 'context', 'failing_tests'],
    failing_tests: ['test_output'],
    ...feedbackMarks,
    feedback_wrong_target: ['explanation'],
  },
  class_generation: { system: [], prompt: ['file_path', 'class', 'skeleton', 'context'], ...feedbackMarks },
};
