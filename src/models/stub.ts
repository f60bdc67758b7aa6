import type { Model } from '../ports/model.ts';
import { composeBody } from './ownAnswers.ts';
import { parseAnswer } from './parseAnswer.ts';

/** Answers with a method that does nothing useful: everything must fail. */
export function createStubModel(): Model {
  return {
    check: async () => {},
    ask: async ({ model }, { known }, signal) => {
      signal.throwIfAborted();
      return { body: composeBody({ model, text: known.stub }), milliseconds: 0 };
    },
    parse: (body) => parseAnswer(body),
    close: async () => {},
  };
}
