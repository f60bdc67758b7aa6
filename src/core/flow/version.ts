/**
 * Raise it whenever a change makes the workflows emit other commands for the same history. Each version has a queue of
 * its own, so that its workers finish what they began; finished results stay valid. The replay tests say when that is
 * needed.
 */
export const WORKFLOW_VERSION = 1;
